/** Every file that is mutated has tests that exist. */
import { globSync } from "node:fs";
import { expect, test } from "vitest";
import { JUDGED, judgeOf } from "../../../scripts/mutation/tests.ts";

test.each([
  "app/domain",
  "app/web",
  "app/adapters/{fhir,entra,graph,keyvault}",
  "app/flows",
  "app/messages",
  "app/records",
])("each file of %s has tests that judge it", (folder) => {
  const files = globSync(folder + "/**/*.{ts,tsx}");
  expect(files.length).toBeGreaterThan(0);
  expect(files.filter((file) => judgeOf(file) === undefined)).toEqual([]);
});

test.each(JUDGED)("the tests of $of are there, and it is", ({ of, tests }) => {
  expect(globSync(of)).toHaveLength(1);
  for (const pattern of tests) expect([pattern, globSync(pattern).length]).not.toEqual([pattern, 0]);
});
