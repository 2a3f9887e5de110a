/** A visit's meeting is closed when the visit is over, and only then. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Visit } from "../../../../app/domain/visit.ts";
import { roomJob } from "../../../../app/flows/provider/roomJob.ts";
import { roomAt, roomInTime } from "../../../../app/records/visitRoom.ts";
import { reportsPlace } from "../../../harness/reportsPlace.ts";

let place: ReturnType<typeof reportsPlace>;
beforeEach(() => {
  place = reportsPlace();
  place.others["room"] = roomJob({ ...place.parts, presences: place.presences });
});
afterEach(() => place.close());

async function booked(): Promise<Visit> {
  const visit = await place.visit("one", 60);
  await roomInTime(place.parts.jobs, visit, place.parts.hospital.visitRules);
  return visit;
}
const closing = (visit: Visit) =>
  new Date(visit.end.getTime() + place.parts.hospital.visitRules.closesMinutesAfter * 60_000);
const later = (at: Date, minutes: number) => new Date(at.getTime() + minutes * 60_000);
const isClosed = ({ meeting }: Visit) => place.teams.closed.has(meeting.id);
const kept = async ({ id }: Visit) => (await place.parts.visits.byId(id))?.roomClosed;
const now = async (visit: Visit) => {
  place.forward(1);
  await roomAt(place.parts.jobs, visit.id, place.now());
  await place.work();
};
const comes = (visit: Visit, at: Date, placed: "in" | "left") =>
  place.presences.tell(
    visit,
    { kind: "roster", at, people: [{ id: "p", look: "outside", place: placed }] },
    at,
  );

test("staff close the links and the meeting lets nobody in; they open them, and it does", async () => {
  const visit = await booked();
  await now(visit);
  expect(isClosed(visit)).toBe(false);
  await place.parts.visits.end(visit.id);
  await now(visit);
  expect([isClosed(visit), await kept(visit)]).toEqual([true, place.now()]);
  await place.parts.visits.reopen(visit.id);
  await now(visit);
  expect([isClosed(visit), await kept(visit)]).toEqual([false, undefined]);
});

test("an empty meeting stays open until the links close by themselves, long after the end", async () => {
  const visit = await booked();
  await comes(visit, visit.start, "in");
  await comes(visit, visit.end, "left");
  await place.until(later(closing(visit), -1));
  expect(isClosed(visit)).toBe(false);
  await place.until(later(closing(visit), 1));
  expect(isClosed(visit)).toBe(true);
});

test("links that close soon after the end do not close a meeting that may be running over", async () => {
  const { hospital, jobs } = place.parts;
  const visitRules = { ...hospital.visitRules, closesMinutesAfter: 15 };
  const parts = { ...place.parts, hospital: { ...hospital, visitRules }, presences: place.presences };
  place.others["room"] = roomJob(parts);
  const visit = await place.visit("one", 60);
  await roomInTime(jobs, visit, visitRules);
  await place.until(later(visit.end, 4 * 60 - 1));
  expect(isClosed(visit)).toBe(false);
  await place.until(later(visit.end, 4 * 60 + 1));
  expect(isClosed(visit)).toBe(true);
});

test("whoever is in still keeps it open; that Teams lost how they left does not for ever", async () => {
  const [left, lost] = [await booked(), await place.visit("two", 60)];
  await roomInTime(place.parts.jobs, lost, place.parts.hospital.visitRules);
  for (const visit of [left, lost]) await comes(visit, visit.start, "in");
  await place.until(later(closing(left), 30));
  expect([isClosed(left), isClosed(lost)]).toEqual([false, false]);
  await comes(left, place.now(), "left");
  await place.until(later(place.now(), 30));
  expect([isClosed(left), isClosed(lost)]).toEqual([true, false]);
  await place.until(later(closing(lost), 25 * 60));
  expect(isClosed(lost)).toBe(true);
});

test("where Teams is away, it is told later; what it refuses counts as a failure", async () => {
  const visit = await booked();
  await place.parts.visits.end(visit.id);
  place.teams.fault = "unavailable";
  await now(visit);
  expect([isClosed(visit), await kept(visit)]).toEqual([false, undefined]);
  place.teams.fault = undefined;
  await place.until(later(place.now(), 10));
  expect(isClosed(visit)).toBe(true);
  await place.parts.visits.reopen(visit.id);
  place.teams.fault = "refused";
  const task = {
    id: "room",
    of: { visit: visit.id },
    due: place.now(),
    tries: 1,
    signal: new AbortController().signal,
  };
  expect(await place.others["room"]?.(task)).toEqual({ kind: "failed", reason: "graph.refused" });
});

test("a visit whose links staff closed is open again, and its meeting, once the chart moves it to a later time", async () => {
  const visit = await booked();
  await place.parts.visits.end(visit.id);
  await now(visit);
  const moved = await place.visit("one", 2 * 1440);
  expect(moved.state).toBe("open");
  place.forward(1);
  await roomInTime(place.parts.jobs, moved, place.parts.hospital.visitRules);
  await place.work();
  expect([isClosed(moved), await kept(moved)]).toEqual([false, undefined]);
});

/** While Teams closes the meeting, something else happens. */
function whileClosing(happens: () => Promise<unknown>): void {
  const close = place.teams.close.bind(place.teams);
  place.teams.close = async (meeting) => {
    place.teams.close = close;
    await happens();
    await close(meeting);
  };
}

test("staff who open the links again while Teams still closes the meeting have it open", async () => {
  const visit = await booked();
  await place.parts.visits.end(visit.id);
  const task = { id: "room", of: { visit: visit.id }, due: place.now(), tries: 1 };
  whileClosing(async () => {
    await place.parts.visits.reopen(visit.id);
    // Another worker's job is done before.
    await place.others["room"]?.({ ...task, signal: new AbortController().signal });
    expect(isClosed(visit)).toBe(false);
  });
  await now(visit);
  await place.until(later(place.now(), 5));
  expect([isClosed(visit), await kept(visit)]).toEqual([false, undefined]);
});

test("a chart that moves the visit while Teams still closes its meeting has it open", async () => {
  const visit = await booked();
  whileClosing(async () => {
    const moved = await place.visit("one", 60);
    await roomInTime(place.parts.jobs, moved, place.parts.hospital.visitRules);
  });
  await place.until(later(closing(visit), 5));
  expect([isClosed(visit), await kept(visit)]).toEqual([false, undefined]);
});

test("a meeting that was opened by who ended before keeping it is closed when staff close the links again", async () => {
  const visit = await booked();
  await place.parts.visits.end(visit.id);
  await now(visit);
  const open = place.teams.open.bind(place.teams);
  place.teams.open = async (meeting) => {
    await open(meeting);
    throw new Error("the process ends here");
  };
  await place.parts.visits.reopen(visit.id);
  await expect(now(visit)).rejects.toThrow("the process ends here");
  expect([isClosed(visit), await kept(visit)]).toEqual([false, undefined]);
  await place.parts.visits.end(visit.id);
  await now(visit);
  expect([isClosed(visit), await kept(visit)]).toEqual([true, place.now()]);
});

test("a visit that the chart moves to a later time after its meeting was closed is opened again", async () => {
  const visit = await booked();
  await place.until(later(closing(visit), 1));
  expect(isClosed(visit)).toBe(true);
  const moved = await place.visit("one", 60);
  await roomInTime(place.parts.jobs, moved, place.parts.hospital.visitRules);
  await place.work();
  expect(isClosed(moved)).toBe(false);
});

test.each([true, false])(
  "a meeting that Teams does not show is asked to be closed for a day in case it is there again: %s",
  async (isBack) => {
    const visit = await booked();
    place.teams.deleted.add(visit.meeting.id);
    const task = {
      id: "room",
      of: { visit: visit.id },
      due: place.now(),
      tries: 1,
      signal: new AbortController().signal,
    };
    await place.until(later(closing(visit), 1));
    expect(await place.others["room"]?.(task)).toMatchObject({ kind: "not-now", reason: "room.gone" });
    if (isBack) place.teams.deleted.clear();
    await place.until(later(closing(visit), 25 * 60));
    expect([isClosed(visit), await place.others["room"]?.(task)]).toEqual([isBack, { kind: "done" }]);
  },
);
