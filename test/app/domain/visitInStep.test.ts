import { describe, expect, test } from "vitest";
import { LAST_NUMBER, type VisitId } from "../../../app/domain/linkToken.ts";
import {
  cancelled,
  fullness,
  inStep,
  linkOpened,
  type Person,
  type Visit,
} from "../../../app/domain/visit.ts";

const at = (time: string) => new Date("2026-12-01T" + time + "Z");
const visit: Visit = {
  id: "AAAAAAAAAAAAAAAA" as VisitId,
  kind: "appointment",
  connectionId: "lamna",
  departmentId: "cardiology",
  start: at("15:00:00"),
  end: at("15:30:00"),
  state: "open",
  organizer: "7d0c5a1e-0000-4000-8000-00000000a001",
  meeting: { id: "m", joinUrl: "https://teams.example/j" },
  people: [{ number: 0, role: "patient", generation: 2 }],
};
const { start, end, departmentId, connectionId } = visit;

describe("a visit in step with the chart", () => {
  test("is the very same one where nothing differs, also after staff ended it", () => {
    expect(
      inStep(
        visit,
        { start: at("15:00:00"), end: at("15:30:00"), departmentId, connectionId },
        at("14:00:00"),
      ),
    ).toBe(visit);
    const over: Visit = { ...visit, state: "ended" };
    expect(inStep(over, { start, end, departmentId, connectionId }, at("14:00:00"))).toBe(over);
  });

  test("knows from when it was moved", () => {
    const now = { start: at("16:00:00"), end: at("16:30:00"), departmentId, connectionId };
    expect(inStep(visit, now, at("14:00:00"))).toEqual({ ...visit, ...now, movedFrom: start });
  });

  test("has not moved where it is back at the time from which it was moved", () => {
    const moved = { ...visit, start: at("16:00:00"), end: at("16:30:00"), movedFrom: start };
    expect(inStep(moved, { start, end, departmentId, connectionId }, at("14:00:00"))).toEqual(visit);
    const later = { start: at("17:00:00"), end: at("17:30:00"), departmentId, connectionId };
    expect(inStep(moved, later, at("14:00:00")).movedFrom).toEqual(at("16:00:00"));
    const longer = { start: moved.start, end: at("17:00:00"), departmentId, connectionId };
    expect(inStep(moved, longer, at("14:00:00")).movedFrom).toEqual(start);
  });

  test("is longer, in another department, or another connection's, without being moved", () => {
    const longer = { start, end: at("16:00:00"), departmentId, connectionId };
    expect(inStep(visit, longer, at("14:00:00"))).toEqual({ ...visit, ...longer });
    const elsewhere = { start, end, departmentId: "oncology", connectionId };
    expect(inStep(visit, elsewhere, at("14:00:00"))).toEqual({ ...visit, ...elsewhere });
    const others = { start, end, departmentId, connectionId: "contoso" };
    expect(inStep(visit, others, at("14:00:00"))).toEqual({ ...visit, ...others });
  });

  test("is on again if it was cancelled, and stays ended if staff ended it", () => {
    expect(
      inStep({ ...visit, state: "cancelled" }, { start, end, departmentId, connectionId }, at("14:00:00")),
    ).toEqual(visit);
    const moved = { start: at("16:00:00"), end: at("16:30:00"), departmentId, connectionId };
    expect(inStep({ ...visit, state: "ended" }, moved, at("16:00:00")).state).toBe("ended");
  });

  test("stays cancelled where the chart's state of it cannot be read, at the times that it has now", () => {
    const cancelled: Visit = { ...visit, state: "cancelled" };
    const hidden = { start, end, departmentId, connectionId, mayBeOff: true };
    expect(inStep(cancelled, hidden, at("14:00:00"))).toBe(cancelled);
    const moved = { start: at("16:00:00"), end: at("16:30:00") };
    expect(inStep(cancelled, { ...hidden, ...moved }, at("14:00:00"))).toEqual({
      ...cancelled,
      ...moved,
      movedFrom: start,
    });
  });

  test("is on again if staff ended it and the chart moves it to a start that is still to come", () => {
    const ended: Visit = { ...visit, state: "ended" };
    const moved = { start: at("16:00:00"), end: at("16:30:00"), departmentId, connectionId };
    expect(inStep(ended, moved, at("15:40:00"))).toEqual({ ...visit, ...moved, movedFrom: start });
    const longer = { start, end: at("17:00:00"), departmentId, connectionId };
    expect(inStep(ended, longer, at("14:00:00")).state).toBe("ended");
  });
});

test.each([
  ["open", "16:00:00", "cancelled"],
  ["ended", "14:59:59", "cancelled"],
  ["ended", "15:00:00", "ended"],
  ["cancelled", "14:00:00", "cancelled"],
] as const)(
  "a visit that is %s at %s and that the chart cancels is %s: what staff ended took place",
  (state, now, after) => {
    const before: Visit = { ...visit, state };
    expect(cancelled(before, at(now))).toEqual({ ...visit, state: after });
    if (state === after) expect(cancelled(before, at(now))).toBe(before);
  },
);

describe("the minute in which a link was opened", () => {
  const link = { person: 0, generation: 2 };
  const openedOf = (of: Visit) => of.people[0]?.opened;

  test("is kept, and only the minute", () => {
    const opened = linkOpened(visit, link, at("15:03:42"));
    expect(openedOf(opened)).toEqual(at("15:03:00"));
    expect(openedOf(linkOpened(opened, link, at("15:07:01")))).toEqual(at("15:07:00"));
  });

  test("is written once, and never goes back", () => {
    const opened = linkOpened(visit, link, at("15:03:42"));
    expect(linkOpened(opened, link, at("15:03:59"))).toBe(opened);
    expect(linkOpened(opened, link, at("15:02:00"))).toBe(opened);
  });

  test("is not that of an earlier link, nor of somebody whom the visit does not know", () => {
    expect(linkOpened(visit, { ...link, generation: 1 }, at("15:03:42"))).toBe(visit);
    expect(linkOpened(visit, { ...link, person: 1 }, at("15:03:42"))).toBe(visit);
  });
});

test("a visit has room until every number was given to somebody", () => {
  const upTo = (last: number): Visit => ({
    ...visit,
    people: Array.from({ length: last + 1 }, (_, number): Person =>
      number === 0
        ? { number, role: "patient", generation: 0 }
        : { number, role: "guest", generation: 0, removed: true },
    ),
  });
  expect(fullness(upTo(LAST_NUMBER - 1))).toBeUndefined();
  expect(fullness(upTo(LAST_NUMBER))).toBe("numbers");
});
