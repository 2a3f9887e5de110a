/** Whoever is early was there, and what Teams reports of an early session says nothing of a later one. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Visit } from "../../../../app/domain/visit.ts";
import { AttendanceFault, type AttendanceReport } from "../../../../app/ports/attendance.ts";
import { reportsDeployment } from "../../../harness/reportsDeployment.ts";
import { ORACLE_TENANT } from "../../../harness/stack.ts";

let deployment: ReturnType<typeof reportsDeployment>;
let reports: (() => readonly AttendanceReport[]) | undefined;
beforeEach(() => {
  reports = undefined;
  deployment = reportsDeployment({ reportsOf: () => Promise.resolve(reports?.() ?? []) });
});
afterEach(() => deployment.close());

const CLINICIAN = "7d0c5a1e-0000-4000-8000-00000000b001";
const from = ({ start }: Visit, minutes: number) => new Date(start.getTime() + minutes * 60_000);
type Span = readonly [came: number, left: number];

/** An attendance report. Its times are in minutes from the visit's start. */
function report(visit: Visit, id: string, people: Readonly<Record<"staff" | "guest", Span | undefined>>) {
  const stays = ([came, left]: Span) => [{ from: from(visit, came), to: from(visit, left) }];
  const { staff, guest } = people;
  return {
    id,
    people: [
      ...(staff ? [{ id: "s", look: "staff" as const, account: CLINICIAN, stays: stays(staff) }] : []),
      ...(guest ? [{ id: "g", look: "outside" as const, stays: stays(guest) }] : []),
    ],
  };
}

async function tell(visit: Visit, who: "staff" | "guest", came: number, left?: number): Promise<void> {
  const user = { user: { id: CLINICIAN, tenantId: ORACLE_TENANT } };
  const info = { identity: who === "staff" ? user : { guest: { id: "8:teamsvisitor:1" } } };
  const told = (minute: number, more: object) =>
    deployment.tell(visit, {
      eventType: "rosterUpdated",
      eventDateTime: from(visit, minute).toISOString(),
      "participants@delta": [{ id: who + String(came), info, ...more }],
    });
  await told(came, { isInLobby: false });
  if (left !== undefined) await told(left, { removedState: { reason: "left" } });
}

async function visitIn(minutes: number): Promise<Visit> {
  const visit = await deployment.visit("one", minutes);
  await deployment.presences.staffCame(visit, CLINICIAN);
  return visit;
}

const MET = { outcome: "completed", attendees: 2, staff: [{ account: CLINICIAN, seconds: 30 * 60 }] };

test("by Teams’ report, staff who were in an hour early and stayed have seen the patient", async () => {
  const visit = await visitIn(120);
  reports = () => [report(visit, "1", { staff: [-60, 31], guest: [0, 30] })];
  await deployment.until(from(visit, 45));
  // Nobody's visit begins an hour early: it is seen from when the visit is.
  expect(await deployment.row(visit.id)).toMatchObject({
    ...MET,
    source: "attendance",
    opened: from(visit, -45),
  });
});

test("by what was told live, staff who were in an hour early and stayed have seen the patient", async () => {
  const visit = await visitIn(120);
  await tell(visit, "staff", -60, 31);
  await tell(visit, "guest", 0, 30);
  await deployment.until(from(visit, 45));
  expect(await deployment.row(visit.id)).toMatchObject({
    ...MET,
    source: "presence",
    opened: from(visit, -45),
  });
});

test("whoever left too early was not there, nor who came a day before and was not heard to leave", async () => {
  const visit = await visitIn(2 * 1440);
  await tell(visit, "staff", -60, -50);
  await tell(visit, "staff", -1440);
  await tell(visit, "guest", 0, 30);
  await deployment.until(from(visit, 45));
  expect(await deployment.row(visit.id)).toMatchObject({ outcome: "staff-absent", attendees: 1 });
});

test.each([
  ["has no report", (early: AttendanceReport) => [early]],
  [
    "has a report that cannot be read",
    () => {
      throw new AttendanceFault("unavailable", "Graph is away");
    },
  ],
])(
  "a session that %s is known by what was told live, beside the report of an early one",
  async (_how, later) => {
    const visit = await visitIn(120);
    await tell(visit, "staff", -20, -18);
    await tell(visit, "staff", 0, 31);
    await tell(visit, "guest", 0, 30);
    const early = report(visit, "1", { staff: [-20, -18], guest: undefined });
    let reads = 0;
    reports = () => (reads++ === 0 ? [early] : later(early));
    await deployment.until(from(visit, 45));
    expect(await deployment.row(visit.id)).toMatchObject({ ...MET, opened: from(visit, -20) });
    await deployment.until(from(visit, 30 + 24 * 60 + 15));
    expect(await deployment.row(visit.id)).toMatchObject({ ...MET, opened: from(visit, -20) });
  },
);

test("who was told live in a session that has a report is not counted beside it", async () => {
  const visit = await visitIn(120);
  await tell(visit, "staff", 0);
  await tell(visit, "guest", 1, 30);
  reports = () => [report(visit, "1", { staff: [0, 31], guest: [1, 31] })];
  await deployment.until(from(visit, 45));
  expect(await deployment.row(visit.id)).toMatchObject({ outcome: "completed", attendees: 2, atOnce: 2 });
});

test("where nothing was told live, an early report is no word on who came, until the visit’s links have closed", async () => {
  const visit = await visitIn(120);
  reports = () => [report(visit, "1", { staff: [-20, -18], guest: undefined })];
  await deployment.until(from(visit, 30 + 239));
  expect(await deployment.row(visit.id)).toMatchObject({ outcome: "not-known", attendees: 1 });
  await deployment.until(from(visit, 30 + 361));
  expect(await deployment.row(visit.id)).toMatchObject({ outcome: "patient-absent", attendees: 1 });
});

test("a report that has nobody in it yet says neither that nobody came nor that all has been told", async () => {
  const visit = await visitIn(60);
  reports = () => [{ id: "1", people: [] }];
  await deployment.until(from(visit, 1440));
  expect(await deployment.row(visit.id)).toMatchObject({ outcome: "not-known", source: "none" });
  reports = () => [report(visit, "1", { staff: [0, 30], guest: [0, 30] })];
  await deployment.until(from(visit, 7 * 1440));
  expect(await deployment.row(visit.id)).toMatchObject({ ...MET, source: "attendance" });
});

test("where one of the reports cannot be read, who is in the others counts, and nobody is said to have stayed away", async () => {
  const visit = await visitIn(60);
  const early = report(visit, "1", { staff: [-20, -18], guest: undefined });
  const later = report(visit, "2", { staff: [0, 30], guest: [0, 30] });
  const unread: AttendanceReport = {
    id: "2",
    people: [],
    fault: new AttendanceFault("refused", "Not found"),
  };
  reports = () => [early, unread];
  await deployment.until(from(visit, 1440));
  expect(await deployment.row(visit.id)).toMatchObject({ outcome: "not-known", attendees: 1 });
  reports = () => [early, later];
  await deployment.until(from(visit, 2 * 1440));
  expect(await deployment.row(visit.id)).toMatchObject(MET);
  // All reports were read, so none is asked for any more.
  reports = () => [];
  await deployment.until(from(visit, 7 * 1440));
  expect(await deployment.row(visit.id)).toMatchObject(MET);
});

test("what was read before is not lost to a report that cannot be read any more", async () => {
  const visit = await visitIn(60);
  const [early, later] = [
    report(visit, "1", { staff: [-20, -18], guest: undefined }),
    report(visit, "2", { staff: [0, 30], guest: [0, 30] }),
  ];
  reports = () => [early, later];
  await deployment.until(from(visit, 60));
  expect(await deployment.row(visit.id)).toMatchObject(MET);
  reports = () => [early, { id: "2", people: [], fault: new AttendanceFault("refused", "Not found") }];
  await deployment.until(from(visit, 1440));
  expect(await deployment.row(visit.id)).toMatchObject(MET);
  // The other one tells of more people by now, and of a longer stay.
  const more = [1, 2, 3].map((number) => ({
    ...{ id: "p" + String(number), look: "phone" as const },
    stays: [{ from: from(visit, -19), to: from(visit, -18) }],
  }));
  const grown = {
    id: "1",
    people: [...report(visit, "1", { staff: [-20, -17], guest: undefined }).people, ...more],
  };
  reports = () => [grown, { id: "2", people: [], fault: new AttendanceFault("refused", "Not found") }];
  await deployment.until(from(visit, 2 * 1440));
  expect(await deployment.row(visit.id)).toMatchObject({ outcome: "completed", attendees: 5 });
  const stays = (await deployment.presences.of(visit.id))?.reported?.stays;
  expect(stays?.map((stay) => [stay.look, (stay.to.getTime() - visit.start.getTime()) / 60_000])).toEqual([
    ["staff", -17],
    ["phone", -18],
    ["phone", -18],
    ["phone", -18],
    ["staff", 30],
    ["outside", 30],
  ]);
  // Once all are read, only what they tell is kept.
  reports = () => [early, later];
  await deployment.until(from(visit, 6 * 1440 + 100));
  expect((await deployment.presences.of(visit.id))?.reported?.stays).toHaveLength(3);
});
