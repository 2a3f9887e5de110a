import { expect, test } from "vitest";
import { lateSince, mayBeLate, onTime, runningLate } from "../../../app/domain/lateness.ts";
import type { VisitId } from "../../../app/domain/linkToken.ts";
import { NOBODY, toldOf, type Look, type Whereabouts } from "../../../app/domain/presence.ts";
import { inStep, relinked, type Visit } from "../../../app/domain/visit.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 28, 10, minute));
const RULES = { opensMinutesBefore: 30, closesMinutesAfter: 240 };
const visit: Visit = {
  id: "AAAAAAAAAAAAAAAA" as VisitId,
  kind: "appointment",
  connectionId: "lamna",
  departmentId: "cardiology",
  start: at(60),
  end: at(90),
  state: "open",
  organizer: "7d0c5a1e-0000-4000-8000-00000000a001",
  meeting: { id: "m", joinUrl: "https://teams.example/j" },
  people: [{ number: 0, role: "patient", generation: 0 }],
};
const late: Visit = { ...visit, late: at(62) };

test.each<[what: string, visit: Visit, now: Date, isLate: boolean]>([
  ["nobody has said so", visit, at(62), false],
  ["it was just said", late, at(62), true],
  ["it was said almost an hour ago", late, new Date(at(122).getTime() - 1), true],
  ["it was said an hour ago", late, at(122), false],
  ["staff have closed the links since", { ...late, state: "ended" }, at(63), false],
  ["the chart has cancelled it since", { ...late, state: "cancelled" }, at(63), false],
])("a visit runs late, or does not, where %s", (_what, known, now, isLate) => {
  expect(lateSince(known, now)).toEqual(isLate ? at(62) : undefined);
});

test.each<[look: Look, whereabouts: Whereabouts, minute: number, isLate: boolean]>([
  ["staff", "in", 65, false],
  ["staff", "in", 62, false],
  ["staff", "in", 61, true],
  ["staff", "lobby", 65, true],
  ["outside", "in", 65, true],
])(
  "where somebody who looks like %s is %s since minute %i, it is over or not",
  (look, whereabouts, minute, isLate) => {
    const presence = toldOf(NOBODY, {
      at: at(minute),
      isEnd: false,
      people: [{ key: "a", look, whereabouts }],
    });
    expect(lateSince(late, at(70), presence) !== undefined).toBe(isLate);
  },
);

test("whoever of several came since ends it, and where nobody is in it goes on", () => {
  const people = [
    { key: "a", look: "outside", whereabouts: "in" },
    { key: "b", look: "staff", whereabouts: "in" },
  ] as const;
  expect(lateSince(late, at(70), toldOf(NOBODY, { at: at(65), isEnd: false, people }))).toBeUndefined();
  expect(lateSince(late, at(70), NOBODY)).toEqual(at(62));
});

test.each<[what: string, visit: Visit, now: Date, may: boolean]>([
  ["before the 45 minutes", visit, new Date(at(15).getTime() - 1), false],
  ["from 45 minutes before", visit, at(15), true],
  ["until the links close", visit, new Date(at(330).getTime() - 1), true],
  ["once they are closed", visit, at(330), false],
  ["of a consult", { ...visit, kind: "consult" }, at(60), false],
  ["of a visit that is closed", { ...visit, state: "ended" }, at(60), false],
  ["while nobody knows whose the visit is", { ...visit, doubted: at(59) }, at(60), false],
])("it can be said, or not: %s", (_what, known, now, may) => {
  expect(mayBeLate(known, RULES, now)).toBe(may);
});

test("said twice it is one saying, and after it is over another one", () => {
  expect(runningLate(visit, at(62))).toEqual(late);
  expect(runningLate(late, at(70))).toBe(late);
  expect(runningLate(late, at(130)).late).toEqual(at(130));
  const nurse = toldOf(NOBODY, {
    at: at(65),
    isEnd: false,
    people: [{ key: "a", look: "staff", whereabouts: "in" }],
  });
  expect(runningLate(late, at(70), nurse).late).toEqual(at(70));
});

test("what is taken back is what was shown, and nothing that was said since", () => {
  expect(onTime(late, at(62))).toEqual(visit);
  expect(onTime(late, at(61))).toBe(late);
  expect(onTime(visit, at(62))).toBe(visit);
});

test("a visit that is moved, or of another patient, is not late any more; a longer one is", () => {
  const { connectionId, departmentId, end, start } = visit;
  expect(
    inStep(late, { start: at(70), end: at(100), departmentId, connectionId }, at(63)),
  ).not.toHaveProperty("late");
  expect(inStep(late, { start, end: at(100), departmentId, connectionId }, at(63)).late).toEqual(at(62));
  expect(inStep(late, { start, end, departmentId, connectionId }, at(63))).toBe(late);
  expect(relinked(late, 7, at(63))).not.toHaveProperty("late");
});
