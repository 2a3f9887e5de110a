import { expect, test } from "vitest";
import { isYounger } from "../../../app/domain/age.ts";

const now = new Date("2026-12-01T15:00:00Z");
const ago = (milliseconds: number) => now.getTime() - milliseconds;

test.each([
  [0, true],
  [999, true],
  [1000, false],
  [5000, false],
  [-1, false],
])("what was %i ms ago is less than a second old: %s", (milliseconds, young) => {
  expect(isYounger(ago(milliseconds), now, 1000)).toBe(young);
});
