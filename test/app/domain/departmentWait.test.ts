import { expect, test } from "vitest";
import { FEWEST, waitMinutes } from "../../../app/domain/departmentWait.ts";

const DEPARTMENT = { id: "cardiology", timeZone: "America/Chicago" };
/** Noon in Chicago. */
const NOW = new Date("2026-12-01T18:00:00Z");
const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);
const visitOf = (waited: number | undefined, ago = 60, departmentId = DEPARTMENT.id) => ({
  departmentId,
  start: minutesAgo(ago),
  ...(waited !== undefined && { lobbySeconds: waited * 60 }),
});
const told = (...visits: readonly ReturnType<typeof visitOf>[]) => waitMinutes(visits, DEPARTMENT, NOW);
const four = [2, 8, 9, 40].map((waited) => visitOf(waited));

test("five visits with a wait that is known are enough, and one fewer is not", () => {
  expect(FEWEST).toBe(5);
  expect(told(...four)).toBeUndefined();
  expect(told(...four, visitOf(11))).toBe(10);
});

test.each([
  ["of which Teams told nothing", visitOf(undefined)],
  ["of another department", visitOf(11, 60, "family-medicine")],
  ["more than three hours ago", visitOf(11, 180.01)],
  ["that is still to come", visitOf(11, -1)],
])("a visit %s does not count", (_what, other) => {
  expect(told(...four, other)).toBeUndefined();
});

test("three hours ago counts still, and yesterday evening does not, shortly after midnight", () => {
  expect(told(...four, visitOf(11, 180))).toBe(10);
  const night = new Date("2026-12-01T06:30:00Z");
  const at = (time: string) => [...four, visitOf(11)].map((one) => ({ ...one, start: new Date(time) }));
  expect(waitMinutes(at("2026-12-01T05:59:00Z"), DEPARTMENT, night)).toBeUndefined();
  expect(waitMinutes(at("2026-12-01T06:00:00Z"), DEPARTMENT, night)).toBe(10);
});

test.each([
  [[0, 0, 0, 0, 0], 0],
  [[2, 2, 2, 2, 2], 0],
  [[2.5, 2.5, 2.5, 2.5, 2.5], 5],
  [[1, 2, 12, 90, 200], 10],
  [[1, 2, 10, 15, 90, 200], 15],
])("waits of %j minutes are told as %i", (waits, minutes) => {
  expect(told(...waits.map((waited) => visitOf(waited)))).toBe(minutes);
});

test("the order in which visits were counted does not matter", () => {
  expect(told(...[200, 1, 90, 2, 12, 3, 100].map((waited) => visitOf(waited)))).toBe(10);
});
