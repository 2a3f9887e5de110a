/** Which moments that a vendor tells can be so. */
import { expect, test } from "vitest";
import { isBelievable } from "../../../app/domain/toldAt.ts";

const heard = new Date("2027-01-12T15:00:00Z");
const MINUTES = 60_000;
const DAYS = 86_400_000;

test.each([
  ["now", 0, true],
  ["as far ahead as clocks differ", 5 * MINUTES, true],
  ["further ahead", 5 * MINUTES + 1, false],
  ["a while ago", -2 * DAYS, true],
  ["as long ago as any vendor tries", -30 * DAYS, true],
  ["longer ago, such as the year 1", -30 * DAYS - 1, false],
])("%s", (_when, milliseconds, isSo) => {
  expect(isBelievable(new Date(heard.getTime() + milliseconds), heard)).toBe(isSo);
});
