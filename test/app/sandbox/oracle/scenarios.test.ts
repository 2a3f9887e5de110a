/** The board must have a visit of each kind at every hour, also shortly before midnight. */
import { expect, test } from "vitest";
import {
  clinicDay,
  scenario,
  startOf,
  stillServes,
  type ScenarioName,
} from "../../../../app/sandbox/oracle/clinic/scenarios.ts";

const MINUTE_MS = 60_000;
const LAUNCHED: readonly ScenarioName[] = [
  "startsSoon",
  "inProgress",
  "inProgressBehavioral",
  "laterToday",
  "firstOfTwo",
  "secondOfTwo",
  "cancelled",
  "withoutRooms",
  "outsideDepartments",
  "inRoomBelow",
  "withoutMobile",
  "withInterpreter",
  "ofCombinedChart",
];

/** Every five minutes of three days, of which two are days when the clocks change. */
const instants = ["2026-03-08", "2026-08-04", "2026-11-01"].flatMap((day) =>
  Array.from(
    { length: (26 * 60) / 5 },
    (_, index) => new Date(Date.parse(day + "T05:01:00Z") + index * 5 * MINUTE_MS),
  ),
);

test.each(LAUNCHED)("a launch finds %s of today, or already open, at any time of the day", (name) => {
  const planned = scenario(name);
  const missed = instants.filter((now) => {
    const start = startOf(planned, now);
    const end = new Date(start.getTime() + planned.minutes * MINUTE_MS);
    const isToday = [start, end].some((instant) => clinicDay(instant) === clinicDay(now));
    const isOpen = start.getTime() - now.getTime() <= 30 * MINUTE_MS;
    return !(isToday || isOpen) || !stillServes(planned, start, now);
  });
  expect(missed.map((now) => now.toISOString())).toEqual([]);
});
