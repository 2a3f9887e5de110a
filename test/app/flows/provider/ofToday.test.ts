/** Which times are of today: in the zone of the department, whatever day it is elsewhere. */
import { expect, test } from "vitest";
import { isNear, isOfToday } from "../../../../app/flows/provider/ofToday.ts";
import type { ChartAppointment } from "../../../../app/ports/ehr.ts";
import { departmentOf } from "../../../harness/findingDeployment.ts";

/** Ten in the evening of the first of December in Chicago, and of the second in Tokyo already. */
const NOW = new Date("2026-12-02T04:00:00Z");
const CHICAGO = departmentOf("lamna", { timeZone: "America/Chicago" });
const TOKYO = departmentOf("lamna", { id: "far", timeZone: "Asia/Tokyo" });
const times = (start: string, end: string) => ({ start: new Date(start), end: new Date(end) });
const TONIGHT = times("2026-12-02T05:00:00Z", "2026-12-02T05:30:00Z");
const TOMORROW = times("2026-12-02T14:00:00Z", "2026-12-02T14:30:00Z");
const INTO_MIDNIGHT = times("2026-12-02T05:45:00Z", "2026-12-02T06:15:00Z");
const OVER_MIDNIGHT = times("2026-12-01T05:45:00Z", "2026-12-01T06:15:00Z");

test.each<[what: string, at: typeof TONIGHT, department: typeof CHICAGO | undefined, is: boolean]>([
  ["an hour later is today in its own department's zone", TONIGHT, CHICAGO, true],
  ["the next morning is another day in Chicago, though it is today in Tokyo", TOMORROW, CHICAGO, false],
  ["the same time is today in Tokyo", TOMORROW, TOKYO, true],
  ["at no department, today in any of them counts", TOMORROW, undefined, true],
  ["what began yesterday and ends today is today's", OVER_MIDNIGHT, CHICAGO, true],
  ["what begins today and ends tomorrow is today's", INTO_MIDNIGHT, CHICAGO, true],
])("%s", (_what, at, department, is) => {
  expect(isOfToday(at, department, [CHICAGO, TOKYO], NOW)).toBe(is);
});

test("at no department, it is today in the zones of those that there are, and not by UTC", () => {
  const inTokyoAlready = times("2026-12-01T15:30:00Z", "2026-12-01T16:00:00Z");
  expect(isOfToday(inTokyoAlready, undefined, [TOKYO], NOW)).toBe(true);
  expect(isOfToday(inTokyoAlready, undefined, [], NOW)).toBe(false);
});

test("where no department is set up, it is today by UTC", () => {
  expect(isOfToday(OVER_MIDNIGHT, undefined, [], NOW)).toBe(false);
  expect(isOfToday(TOMORROW, undefined, [], NOW)).toBe(true);
});

test("a time without a zone may be fourteen hours further away and still be of today somewhere", () => {
  const hours = (from: number) => new Date(NOW.getTime() + from * 3_600_000);
  const near = (from: number, clock: ChartAppointment["clock"]) =>
    isNear({ start: hours(from), end: hours(from), clock } as ChartAppointment, NOW);
  const all = [-50.5, -50, -36.5, -36, 36, 36.5, 50, 50.5];
  expect(all.filter((from) => near(from, "instant"))).toEqual([-36, 36]);
  expect(all.filter((from) => near(from, "wall"))).toEqual([-50, -36.5, -36, 36, 36.5, 50]);
});
