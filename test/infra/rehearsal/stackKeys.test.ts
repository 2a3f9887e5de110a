import { describe, expect, test } from "vitest";
import { stackKeyIn } from "../../../infra/rehearsal/stackKeys.ts";
import { parseStack, type StackSettings } from "../../../infra/stack.ts";
import { lamnaProduction } from "../stacks.ts";

const verdict = parseStack({ ...lamnaProduction, numbers: "stack" });
if (!verdict.ok) throw new Error(verdict.faults.join("\n"));
const stack: StackSettings = verdict.stack;

describe("an error names the key whose value it repeats, where that is an id, a name or a host", () => {
  test.each([
    ["the principal 7d0c5a1e-0000-4000-8000-00000000d0e1 was not found", "deployers[0].objectId"],
    ["visits.lamna.example is used by another profile", "publicHost"],
    ["the key fhir-lamna-test exists", "connections[0].provider.authentication.key"],
    ["203.0.113.10/32 overlaps", "deployFrom[0]"],
  ])("%s", (words, key) => expect(stackKeyIn(words, stack)).toBe(key));
});

describe("a word that stands in the file by chance is no key", () => {
  test.each([
    "the stack could not be updated",
    "a private endpoint was refused",
    "the request was not approved",
    "Cardiology is closed",
    "Video Visit is no kind",
    "private_key_jwt is not supported",
  ])("%s", (words) => expect(stackKeyIn(words, stack)).toBeUndefined());
});

test("a sentence of the program's own begins with its key", () => {
  expect(stackKeyIn("release.site: is missing; run npm run package", stack)).toBe("release.site");
});
