import { expect, test } from "vitest";
import type { Outcome, Task } from "../../../app/domain/job.ts";
import { inTime, near } from "../../../app/domain/waits.ts";

const NOW = new Date("2027-01-12T12:00:00Z");
const inMinutes = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
const grows = (afterSeconds: number, growsToSeconds: number): Outcome => ({
  kind: "not-now",
  reason: "ehr.down",
  afterSeconds,
  growsToSeconds,
});

test.each([
  // The wait for moments, at a visit tomorrow, in an hour, when its last reminder comes, and at its start.
  [[15, 300], 1_440, [15, 300]],
  [[15, 300], 60, [15, 300]],
  [[15, 300], 15, [15, 113]],
  [[15, 300], 8, [15, 60]],
  [[15, 300], 1, [15, 15]],
  [[15, 300], 0, [15, 15]],
  // Whoever comes late waits for it, too.
  [[15, 300], -8, [15, 60]],
  [[15, 300], -60, [15, 300]],
  // A refusal that seems to need a person.
  [[30, 900], 180, [30, 900]],
  [[30, 900], 15, [30, 113]],
  [[30, 900], 2, [15, 15]],
] as const)("a wait of %j at a visit in %d minutes is one of %j", ([after, to], minutes, [first, most]) => {
  expect(near(grows(after, to), [inMinutes(minutes)], NOW)).toEqual(grows(first, most));
});

test("of several moments the nearest counts, and without any the wait stays", () => {
  expect(near(grows(15, 300), [inMinutes(600), inMinutes(-8), inMinutes(16)], NOW)).toEqual(grows(15, 60));
  expect(near(grows(15, 300), [], NOW)).toEqual(grows(15, 300));
});

test("a job that says nothing of its wait grows as ever, as far as the visit allows", () => {
  const unsaid: Outcome = { kind: "not-now", reason: "graph.unavailable" };
  expect(near(unsaid, [inMinutes(8)], NOW)).toEqual({ ...unsaid, afterSeconds: 30, growsToSeconds: 60 });
  expect(near(unsaid, [inMinutes(6_000)], NOW)).toEqual({
    ...unsaid,
    afterSeconds: 30,
    growsToSeconds: 3_600,
  });
});

test.each<Outcome>([
  { kind: "not-now", reason: "ehr.limited", afterSeconds: 3_600 },
  { kind: "done" },
  { kind: "failed", reason: "graph.400" },
])("what a vendor asked for, or was planned, and what does not wait stays as it is: %j", (outcome) => {
  expect(near(outcome, [inMinutes(1)], NOW)).toBe(outcome);
});

test("a job about a visit waits no longer than the visit's start allows, where that is known", async () => {
  const task: Task<{ readonly visit: string }> = {
    ...{ id: "j", of: { visit: "v" }, due: NOW, tries: 1 },
    signal: new AbortController().signal,
  };
  const job = (outcome: Outcome, start?: Date) =>
    inTime(
      () => Promise.resolve(outcome),
      () => NOW,
      (visit) => Promise.resolve(visit === "v" ? start : undefined),
    )(task);
  expect(await job(grows(30, 300), inMinutes(8))).toEqual(grows(30, 60));
  expect(await job(grows(30, 300))).toEqual(grows(30, 300));
  expect(await job({ kind: "done" }, inMinutes(8))).toEqual({ kind: "done" });
});
