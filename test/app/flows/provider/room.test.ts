/** A visit's meeting is closed when the visit is over, and only then. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Visit } from "../../../../app/domain/visit.ts";
import { roomJob } from "../../../../app/flows/provider/roomJob.ts";
import { roomAt, roomInTime } from "../../../../app/records/visitRoom.ts";
import { reportsDeployment } from "../../../harness/reportsDeployment.ts";

let deployment: ReturnType<typeof reportsDeployment>;
beforeEach(() => {
  deployment = reportsDeployment();
  deployment.others["room"] = roomJob({ ...deployment.parts, presences: deployment.presences });
});
afterEach(() => deployment.close());

async function booked(): Promise<Visit> {
  const visit = await deployment.visit("one", 60);
  await roomInTime(deployment.parts.jobs, visit, deployment.parts.hospital.visitRules, "once");
  return visit;
}
const closing = (visit: Visit) =>
  new Date(visit.end.getTime() + deployment.parts.hospital.visitRules.closesMinutesAfter * 60_000);
const later = (at: Date, minutes: number) => new Date(at.getTime() + minutes * 60_000);
const isClosed = ({ meeting }: Visit) => deployment.teams.closed.has(meeting.id);
const kept = async ({ id }: Visit) => (await deployment.parts.visits.byId(id))?.roomClosed;
const now = async (visit: Visit) => {
  deployment.forward(1);
  await roomAt(deployment.parts.jobs, visit.id, deployment.now());
  await deployment.work();
};
const comes = (visit: Visit, at: Date, placed: "in" | "left") =>
  deployment.presences.tell(
    visit,
    { kind: "roster", at, people: [{ id: "p", look: "outside", whereabouts: placed }] },
    at,
  );

test("staff close the links and the meeting lets nobody in; they open them, and it does", async () => {
  const visit = await booked();
  await now(visit);
  expect(isClosed(visit)).toBe(false);
  await deployment.parts.visits.end(visit.id);
  await now(visit);
  expect([isClosed(visit), await kept(visit)]).toEqual([true, deployment.now()]);
  await deployment.parts.visits.reopen(visit.id);
  await now(visit);
  expect([isClosed(visit), await kept(visit)]).toEqual([false, undefined]);
});

test("a meeting that became another patient's is closed once staff have closed the links, and not opened again", async () => {
  const visit = await booked();
  deployment.forward(61);
  await deployment.parts.visits.end(visit.id);
  const { connectionId, start, end } = visit;
  for (const one of ["p-a", "p-b"]) {
    const patients = { ids: [one], namesOf: () => Promise.resolve([]) };
    await deployment.parts.visits.known({ connectionId, appointmentId: "one", start, end, patients });
  }
  expect((await deployment.parts.visits.byId(visit.id))?.meeting.knownTo).toBe("another");
  await now(visit);
  expect(isClosed(visit)).toBe(true);
  await deployment.parts.visits.reopen(visit.id);
  await now(visit);
  expect(isClosed(visit)).toBe(true);
});

test("an empty meeting stays open until the links close by themselves, long after the end", async () => {
  const visit = await booked();
  await comes(visit, visit.start, "in");
  await comes(visit, visit.end, "left");
  await deployment.until(later(closing(visit), -1));
  expect(isClosed(visit)).toBe(false);
  await deployment.until(later(closing(visit), 1));
  expect(isClosed(visit)).toBe(true);
});

test("links that close soon after the end do not close a meeting that may be running over", async () => {
  const { hospital, jobs } = deployment.parts;
  const visitRules = { ...hospital.visitRules, closesMinutesAfter: 15 };
  const parts = {
    ...deployment.parts,
    hospital: { ...hospital, visitRules },
    presences: deployment.presences,
  };
  deployment.others["room"] = roomJob(parts);
  const visit = await deployment.visit("one", 60);
  await roomInTime(jobs, visit, visitRules, "once");
  await deployment.until(later(visit.end, 4 * 60 - 1));
  expect(isClosed(visit)).toBe(false);
  await deployment.until(later(visit.end, 4 * 60 + 1));
  expect(isClosed(visit)).toBe(true);
});

test("whoever is in still keeps it open; that Teams lost how they left does not for ever", async () => {
  const [left, lost] = [await booked(), await deployment.visit("two", 60)];
  await roomInTime(deployment.parts.jobs, lost, deployment.parts.hospital.visitRules, "once");
  for (const visit of [left, lost]) await comes(visit, visit.start, "in");
  await deployment.until(later(closing(left), 30));
  expect([isClosed(left), isClosed(lost)]).toEqual([false, false]);
  await comes(left, deployment.now(), "left");
  await deployment.until(later(deployment.now(), 30));
  expect([isClosed(left), isClosed(lost)]).toEqual([true, false]);
  await deployment.until(later(closing(lost), 25 * 60));
  expect(isClosed(lost)).toBe(true);
});

test("where Teams is away, it is told later; what it refuses counts as a failure", async () => {
  const visit = await booked();
  await deployment.parts.visits.end(visit.id);
  deployment.teams.fault = "unavailable";
  await now(visit);
  expect([isClosed(visit), await kept(visit)]).toEqual([false, undefined]);
  deployment.teams.fault = undefined;
  await deployment.until(later(deployment.now(), 10));
  expect(isClosed(visit)).toBe(true);
  await deployment.parts.visits.reopen(visit.id);
  deployment.teams.fault = "refused";
  const task = {
    id: "room",
    of: { visit: visit.id },
    due: deployment.now(),
    tries: 1,
    signal: new AbortController().signal,
  };
  expect(await deployment.others["room"]?.(task)).toEqual({ kind: "failed", reason: "graph.refused" });
});

test("a visit whose links staff closed is open again, and its meeting, once the chart moves it to a later time", async () => {
  const visit = await booked();
  await deployment.parts.visits.end(visit.id);
  await now(visit);
  const moved = await deployment.visit("one", 2 * 1440);
  expect(moved.state).toBe("open");
  deployment.forward(1);
  await roomInTime(deployment.parts.jobs, moved, deployment.parts.hospital.visitRules, "once");
  await deployment.work();
  expect([isClosed(moved), await kept(moved)]).toEqual([false, undefined]);
});

/** Lets something else happen while Teams closes the meeting. */
function whileClosing(happens: () => Promise<unknown>): void {
  const close = deployment.teams.close.bind(deployment.teams);
  deployment.teams.close = async (meeting) => {
    deployment.teams.close = close;
    await happens();
    await close(meeting);
  };
}

test("staff who open the links again while Teams still closes the meeting have it open", async () => {
  const visit = await booked();
  await deployment.parts.visits.end(visit.id);
  const task = { id: "room", of: { visit: visit.id }, due: deployment.now(), tries: 1 };
  whileClosing(async () => {
    await deployment.parts.visits.reopen(visit.id);
    // Another worker's job is done before.
    await deployment.others["room"]?.({ ...task, signal: new AbortController().signal });
    expect(isClosed(visit)).toBe(false);
  });
  await now(visit);
  await deployment.until(later(deployment.now(), 5));
  expect([isClosed(visit), await kept(visit)]).toEqual([false, undefined]);
});

test("a chart that moves the visit while Teams still closes its meeting has it open", async () => {
  const visit = await booked();
  whileClosing(async () => {
    const moved = await deployment.visit("one", 60);
    await roomInTime(deployment.parts.jobs, moved, deployment.parts.hospital.visitRules, "once");
  });
  await deployment.until(later(closing(visit), 5));
  expect([isClosed(visit), await kept(visit)]).toEqual([false, undefined]);
});

test("a meeting that was opened by who ended before keeping it is closed when staff close the links again", async () => {
  const visit = await booked();
  await deployment.parts.visits.end(visit.id);
  await now(visit);
  const open = deployment.teams.open.bind(deployment.teams);
  deployment.teams.open = async (meeting) => {
    await open(meeting);
    throw new Error("the process ends here");
  };
  await deployment.parts.visits.reopen(visit.id);
  await expect(now(visit)).rejects.toThrow("the process ends here");
  expect([isClosed(visit), await kept(visit)]).toEqual([false, undefined]);
  await deployment.parts.visits.end(visit.id);
  await now(visit);
  expect([isClosed(visit), await kept(visit)]).toEqual([true, deployment.now()]);
});

test("a visit that the chart moves to a later time after its meeting was closed is opened again", async () => {
  const visit = await booked();
  await deployment.until(later(closing(visit), 1));
  expect(isClosed(visit)).toBe(true);
  const moved = await deployment.visit("one", 60);
  await roomInTime(deployment.parts.jobs, moved, deployment.parts.hospital.visitRules, "once");
  await deployment.work();
  expect(isClosed(moved)).toBe(false);
});

test.each([true, false])(
  "a meeting that Teams does not show is asked to be closed for a day in case it is there again: %s",
  async (isBack) => {
    const visit = await booked();
    deployment.teams.deleted.add(visit.meeting.id);
    const task = {
      id: "room",
      of: { visit: visit.id },
      due: deployment.now(),
      tries: 1,
      signal: new AbortController().signal,
    };
    await deployment.until(later(closing(visit), 1));
    expect(await deployment.others["room"]?.(task)).toMatchObject({ kind: "not-now", reason: "room.gone" });
    if (isBack) deployment.teams.deleted.clear();
    await deployment.until(later(closing(visit), 25 * 60));
    expect([isClosed(visit), await deployment.others["room"]?.(task)]).toEqual([isBack, { kind: "done" }]);
  },
);
