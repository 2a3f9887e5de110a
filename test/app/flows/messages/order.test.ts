/** Which message goes first where many are due. */
import { expect, test } from "vitest";
import { isSoon, lagOf, limitsFor, rankOf } from "../../../../app/flows/messages/order.ts";
import { TEXT_LIMITS } from "../../../../app/records/sendingRate.ts";

const now = new Date("2027-01-12T15:00:00Z");
const inHours = (hours: number) => new Date(now.getTime() + hours * 3_600_000);

test.each([
  ["reminder", -1, 0],
  ["reminder", 0, 0],
  ["reminder", 24, 12_500],
  ["reminder", 48, 25_000],
  ["reminder", 500, 25_000],
  ["confirmation", 0, 25_000],
  ["update", 24, 37_500],
  ["cancellation", 48, 50_000],
  ["late", 500, 50_000],
] as const)("a %s for a visit in %i hours goes %i ms later", (kind, hours, lag) => {
  expect(lagOf(kind, inHours(hours), now)).toBe(lag);
});

test("a quarter of each minute is kept for visits that start within two hours", () => {
  expect([2, 2.01].map((hours) => isSoon(inHours(hours), now))).toEqual([true, false]);
  expect(limitsFor(inHours(2), now)).toEqual(TEXT_LIMITS);
  expect(limitsFor(inHours(3), now)).toEqual(
    TEXT_LIMITS.map(({ seconds, most }) => ({ seconds, most: Math.floor(most * 0.75) })),
  );
});

test.each([
  ["confirmation", 2, 0],
  ["reminder", 2, 0],
  ["reminder", 3, 1],
  ["reminder", 500, 1],
  ["update", 3, 2],
  ["update", 48, 2],
  ["update", 48.01, 3],
] as const)("a %s for a visit in %i hours has the rank %i", (kind, hours, rank) => {
  expect(rankOf(kind, inHours(hours), now)).toBe(rank);
});
