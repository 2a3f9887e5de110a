import { expect, test } from "vitest";
import * as z from "zod";
import { parsedJson } from "../../../app/config/json.ts";

const schema = z.array(
  z.strictObject({
    id: z.string(),
    client: z.discriminatedUnion("by", [
      z.strictObject({ by: z.literal("key"), name: z.string() }),
      z.strictObject({ by: z.literal("secret") }),
    ]),
  }),
);

function read(value: unknown): { readonly parsed: unknown; readonly faults: readonly string[] } {
  const faults: string[] = [];
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return { parsed: parsedJson(text, schema, (words) => void faults.push(words)), faults };
}

test("members of a newer release are left out, at every depth", () => {
  const said = [
    { id: "lamna", colour: "red", client: { by: "key", name: "fhir", curve: { name: "P-521" } } },
  ];
  expect(read(said)).toEqual({
    parsed: [{ id: "lamna", client: { by: "key", name: "fhir" } }],
    faults: [],
  });
});

test("every other fault is told with its path, and unknown members besides are not", () => {
  expect(read([{ id: 5, colour: "red", client: { by: "secret" } }])).toEqual({
    parsed: undefined,
    faults: [expect.stringMatching(/^0 id /)],
  });
  expect(read("[")).toEqual({
    parsed: undefined,
    faults: ["is not JSON; pulumi up writes it anew from the stack file"],
  });
});
