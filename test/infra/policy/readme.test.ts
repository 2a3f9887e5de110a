import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { policyReadme } from "../../../scripts/policyReadme.ts";

test("the catalogue of the policies is what npm run policy-readme writes", async () => {
  const written = await readFile(new URL("../../../infra/policy/README.md", import.meta.url), "utf8");
  expect(written).toBe(await policyReadme());
});
