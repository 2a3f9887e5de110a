import { expect, test } from "vitest";
import { instantIn, timesIn } from "../../../app/domain/wallClock.ts";

test.each([
  ["America/Chicago", "2026-01-15T09:30", "2026-01-15T15:30:00.000Z", "in winter"],
  ["America/Chicago", "2026-08-04T14:30", "2026-08-04T19:30:00.000Z", "in summer"],
  ["America/Phoenix", "2026-08-04T14:30", "2026-08-04T21:30:00.000Z", "where the clock never changes"],
  ["UTC", "2026-08-04T14:30", "2026-08-04T14:30:00.000Z", "in UTC"],
  ["Asia/Kolkata", "2026-08-04T14:30", "2026-08-04T09:00:00.000Z", "half an hour aside"],
  ["Pacific/Kiritimati", "2026-08-04T00:00", "2026-08-03T10:00:00.000Z", "a day ahead"],
  ["Pacific/Pago_Pago", "2026-08-04T23:59", "2026-08-05T10:59:00.000Z", "a day behind"],
  ["America/Chicago", "2026-03-08T01:59", "2026-03-08T07:59:00.000Z", "just before the clock jumps"],
  ["America/Chicago", "2026-03-08T02:00", "2026-03-08T08:00:00.000Z", "as it jumps: 2:00 is 3:00"],
  [
    "America/Chicago",
    "2026-03-08T02:30",
    "2026-03-08T08:30:00.000Z",
    "in the hour that there is not: 2:30 is 3:30",
  ],
  ["America/Chicago", "2026-03-08T03:00", "2026-03-08T08:00:00.000Z", "just after"],
  ["America/Chicago", "2026-11-01T00:59", "2026-11-01T05:59:00.000Z", "before the hour that comes twice"],
  ["America/Chicago", "2026-11-01T01:30", "2026-11-01T06:30:00.000Z", "in it: the first"],
  ["America/Chicago", "2026-11-01T02:00", "2026-11-01T08:00:00.000Z", "after it"],
  [
    "Australia/Lord_Howe",
    "2026-10-04T02:15",
    "2026-10-03T15:45:00.000Z",
    "where the clock jumps half an hour",
  ],
])("on a wall in %s %s is %s (%s)", (zone, shown, instant) => {
  expect(instantIn(zone, new Date(shown + "Z")).toISOString()).toBe(instant);
});

test("a visit keeps its length across a jump of the clock, and an instant is what it is", () => {
  const start = new Date("2026-03-08T01:30Z");
  const end = new Date("2026-03-08T03:30Z");
  expect(timesIn("America/Chicago", { start, end, clock: "wall" })).toEqual({
    start: new Date("2026-03-08T07:30Z"),
    end: new Date("2026-03-08T09:30Z"),
    clock: "instant",
  });
  expect(timesIn("America/Chicago", { start, end, clock: "instant" })).toEqual({
    start,
    end,
    clock: "instant",
  });
});
