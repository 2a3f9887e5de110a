import { expect, test } from "vitest";
import { isStackReadmeCurrent } from "../../scripts/stackReadme.ts";

test("stacks/README.md explains the keys that the schema has (npm run stack-readme writes it)", async () => {
  expect(await isStackReadmeCurrent()).toBe(true);
});
