import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { listingOf } from "./listing.ts";
import { clientOf, sampleStack } from "./sampleStacks.ts";
import { wholeProgram } from "./wholeProgram.ts";

test("production.resources.txt lists everything the production sample makes, with its dependencies (npm run listing writes it)", async () => {
  const stack = await sampleStack("lamna-production");
  const { resources } = await wholeProgram(stack, { client: clientOf(stack) });
  const committed = await readFile(new URL("production.resources.txt", import.meta.url), "utf8");
  expect(listingOf(resources)).toBe(committed.replaceAll("\r\n", "\n"));
});
