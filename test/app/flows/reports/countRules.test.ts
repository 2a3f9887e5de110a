/** From which moment on a visit is counted, and what is needed to say that somebody stayed away. */
import { describe, expect, onTestFinished, test } from "vitest";
import type { Visit } from "../../../../app/domain/visit.ts";
import type { CallRecords } from "../../../../app/ports/callRecords.ts";
import { AttendanceFault, type AttendanceReport } from "../../../../app/ports/attendance.ts";
import { LAMNA, reportsDeployment } from "../../../harness/reportsDeployment.ts";
import { ORACLE_TENANT } from "../../../harness/stack.ts";

const MINUTE_MS = 60_000;
const MILLISECOND = 1 / MINUTE_MS;
const CLINICIAN = "7d0c5a1e-0000-4000-8000-00000000b001";
const signal = new AbortController().signal;

/**
 * A visit at nine of half an hour; it is eight. Who is in its meeting is watched from 8:15 on, and its links close at
 * 13:30.
 */
async function held(...given: Parameters<typeof reportsDeployment>) {
  const deployment = reportsDeployment(...given);
  onTestFinished(() => deployment.close());
  const visit = await deployment.visit("one", 60);
  const { reports, inMinutes } = deployment;
  await deployment.presences.staffCame(visit, CLINICIAN);
  const from = inMinutes(15);
  const count = async () => {
    const of = { visit: visit.id };
    await reports.jobs.usage({ id: "job", of, due: deployment.now(), tries: 1, signal });
    return deployment.row(visit.id);
  };
  const staffCame = async (at: Date) => {
    const user = { id: CLINICIAN, tenantId: ORACLE_TENANT };
    await deployment.tell(visit, {
      eventType: "rosterUpdated",
      eventDateTime: at.toISOString(),
      "participants@delta": [{ id: "s", isInLobby: false, info: { identity: { user } } }],
    });
  };
  const closes = new Date(visit.end.getTime() + 240 * MINUTE_MS);
  const byMs = (moment: Date, ms: number) => new Date(moment.getTime() + ms);
  return { ...deployment, visit, from, closes, count, staffCame, byMs };
}

const reported = (from: Date, to: Date, id = "1"): AttendanceReport => ({
  id,
  people: [{ id: "s", look: "staff", account: CLINICIAN, stays: [{ from, to }] }],
});

describe("a visit", () => {
  test("is counted from ten minutes after its end on, and has no row before", async () => {
    const { forward, count } = await held();
    forward(100 - MILLISECOND);
    expect(await count()).toBeUndefined();
    forward(MILLISECOND);
    expect(await count()).toMatchObject({ outcome: "not-known", source: "none", attendees: 0, staff: [] });
  });

  const NOTHING: CallRecords = {
    async *begunIn() {
      await Promise.resolve();
      yield [];
    },
    qualityOf: () => Promise.resolve(undefined),
  };
  const firstLook = (visit: Visit) => `calls:${String(visit.start.getTime())}.first`;

  test("has its calls looked for each time that it is counted, also where it was canceled, and not before", async () => {
    const { count, forward, parts, visit } = await held(undefined, NOTHING);
    forward(99);
    await count();
    expect(await parts.jobs.read(firstLook(visit))).toBeUndefined();
    await parts.visits.cancel(LAMNA, "one");
    forward(1);
    expect(await count()).toBeUndefined();
    expect(await parts.jobs.read(firstLook(visit))).toBeDefined();
  });
});

describe("that nobody but staff came is said", () => {
  test.each<[what: string, gap: number, outcome: string]>([
    ["only where nothing was lost since the visit could begin", 0, "not-known"],
    ["although something was lost before", -1, "patient-absent"],
  ])("%s", async (_what, ms, outcome) => {
    const { byMs, count, forward, from, presences, staffCame, visit } = await held();
    await presences.missed(visit, byMs(from, ms));
    await staffCame(visit.start);
    forward(100);
    expect(await count()).toMatchObject({ outcome, source: "presence" });
  });

  test("not while Teams does not tell, whatever it has told before", async () => {
    const { count, forward, presences, staffCame, visit } = await held();
    await staffCame(visit.start);
    forward(100);
    await presences.watching(visit, { trouble: "refused" });
    expect((await count())?.outcome).toBe("not-known");
    await presences.watching(visit, {});
    expect((await count())?.outcome).toBe("patient-absent");
  });

  test.each([
    ["when nobody can come any more", 0, "patient-absent"],
    ["a moment sooner", -1, "not-known"],
  ])("by reports alone if they were read %s", async (_what, ms, outcome) => {
    const { byMs, closes, count, forward, presences, visit } = await held();
    await presences.reported(visit, [reported(visit.start, visit.end)], byMs(closes, ms));
    forward(600);
    expect(await count()).toMatchObject({ outcome, source: "attendance", attendees: 1 });
  });
});

describe("that nobody came at all is said", () => {
  test.each<[what: string, minutes: number, row: object]>([
    [
      "where Teams has told something since the visit could begin",
      15,
      { outcome: "nobody-came", source: "presence" },
    ],
    ["not where it told something only before", 15 - MILLISECOND, { outcome: "not-known", source: "none" }],
  ])("%s", async (_what, minutes, row) => {
    const { count, forward, now, visit, ...where } = await held();
    forward(minutes);
    await where.tell(visit, { eventType: "callStarted", eventDateTime: now().toISOString() });
    forward(100);
    expect(await count()).toMatchObject(row);
  });

  test("where the call has ended with nobody in it that Teams named", async () => {
    const { count, forward, visit, ...where } = await held();
    await where.tell(visit, { eventType: "callEnded", eventDateTime: visit.start.toISOString() });
    forward(100);
    expect(await count()).toMatchObject({ outcome: "nobody-came", source: "presence" });
  });
});

describe("of a visit that was moved", () => {
  test("a report about before is none, and who stayed on from then counts from when the visit can begin", async () => {
    const { byMs, closes, count, forward, from, presences, visit } = await held();
    forward(600);
    await presences.reported(visit, [reported(byMs(from, -MINUTE_MS), from)], closes);
    expect(await count()).toMatchObject({ outcome: "not-known", source: "none", attendees: 0 });
    await presences.reported(visit, [reported(byMs(from, -MINUTE_MS), byMs(from, 1))], closes);
    expect(await count()).toMatchObject({ outcome: "patient-absent", source: "attendance", opened: from });
  });
});

describe("reports of attendance", () => {
  const asking = (reports: () => readonly AttendanceReport[]) => {
    let asked = 0;
    const attendance = {
      reportsOf: () => {
        asked++;
        return Promise.resolve(reports());
      },
    };
    return { attendance, asked: () => asked };
  };

  test.each([
    ["not asked for again once they were read when nobody can come any more", 0, 0],
    ["asked for again where that was a moment sooner", -1, 1],
  ])("are %s", async (_what, ms, times) => {
    const { attendance, asked } = asking(() => []);
    const { byMs, closes, count, forward, presences, visit } = await held(attendance);
    await presences.reported(visit, [reported(visit.start, visit.end)], byMs(closes, ms));
    forward(600);
    await count();
    expect(asked()).toBe(times);
  });

  test("of which one cannot be read are said to be so, and never count as read to the end", async () => {
    const unread = { id: "2", people: [], fault: new AttendanceFault("refused", "Not found") };
    let start = new Date(0);
    const { attendance } = asking(() => [reported(start, new Date(start.getTime() + MINUTE_MS)), unread]);
    const { byMs, closes, count, forward, logged, now, presences, visit } = await held(attendance);
    start = visit.start;
    forward(100);
    await count();
    const lines = () => logged.filter((line) => line.includes('"attendance.not_read"'));
    expect(lines()).toEqual([expect.stringContaining("Not found")]);
    expect((await presences.of(visit.id))?.reported?.read).toEqual(now());
    forward(600);
    await count();
    expect((await presences.of(visit.id))?.reported?.read).toEqual(byMs(closes, -1));
    expect(lines()).toHaveLength(2);
  });

  test("in which nobody is leave what was known, and one that cannot be read besides is said", async () => {
    const { attendance } = asking(() => [
      { id: "1", people: [] },
      { id: "2", people: [], fault: new AttendanceFault("unavailable", "Graph is away") },
    ]);
    const { byMs, count, forward, logged, presences, visit } = await held(attendance);
    const read = byMs(visit.end, 1);
    await presences.reported(visit, [reported(visit.start, visit.end)], read);
    forward(100);
    expect(await count()).toMatchObject({ source: "attendance", attendees: 1 });
    expect((await presences.of(visit.id))?.reported?.read).toEqual(read);
    expect(logged.some((line) => line.includes("Graph is away"))).toBe(true);
  });
});
