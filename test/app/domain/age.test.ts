import { expect, test } from "vitest";
import { isYounger, yearsBetween } from "../../../app/domain/age.ts";

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

test.each([
  ["1980-03-15", "2026-03-14", 45],
  ["1980-03-15", "2026-03-15", 46],
  ["1980-12-01", "2026-03-15", 45],
  ["2000-02-29", "2026-02-28", 25],
  ["2000-02-29", "2026-03-01", 26],
  ["2026-12-01", "2026-12-01", 0],
  ["2026-12-02", "2026-12-01", -1],
])("from %s to %s there are %i whole years", (born, day, years) => {
  expect(yearsBetween(born, day)).toBe(years);
});
