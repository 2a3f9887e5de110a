/** What goes on beside the counting of visits: departments without visits, appointments' ids, and attendance that is read. */
import { describe, expect, onTestFinished, test } from "vitest";
import { countsOf } from "../../../../app/flows/reports/messageCounts.ts";
import { AttendanceFault, type Attendance, type AttendanceReport } from "../../../../app/ports/attendance.ts";
import type { Message } from "../../../../app/records/messages.ts";
import { LAMNA, reportsDeployment } from "../../../harness/reportsDeployment.ts";

const DAY = 1440;
const signal = new AbortController().signal;
const CLINICIAN = "7d0c5a1e-0000-4000-8000-00000000b001";

function hospital(attendance?: Attendance) {
  const deployment = reportsDeployment(attendance);
  onTestFinished(() => deployment.close());
  const { reports, picks } = deployment;
  const tick = async (name: string) => {
    const found = reports.ticks.find((one) => one.name === name);
    if (found === undefined) throw new Error("no tick " + name);
    await found.run({ signal });
  };
  const change = { actor: { kind: "program", name: "test" }, action: "reports.set" } as const;
  const limits = { lossPercent: 1, jitterMs: 1, roundTripMs: 1, poorStreamsPercent: 1 };
  const keep = async (keepsAppointments: boolean) => {
    const shown = (await picks.reportSettings.read("reports"))?.revision;
    const value = { ...limits, keepsAppointments };
    await (shown === undefined
      ? picks.reportSettings.add(change, "reports", value)
      : picks.reportSettings.replace(change, "reports", shown, value));
  };
  const forget = () =>
    reports.jobs.forget({ id: "job", of: { revision: "1" }, due: deployment.now(), tries: 1, signal });
  const forgets = async () => {
    const { jobs } = await deployment.parts.jobs.readSlice("open", {
      before: deployment.inMinutes(90 * DAY),
      limit: 500,
    });
    return jobs.flatMap(({ job: { kind, id, of } }) => (kind === "forget" ? [[id, of]] : []));
  };
  return { ...deployment, tick, keep, forget, forgets };
}

test("what comes round by itself: once an hour for appointments' ids, once a day for departments", () => {
  const { reports } = hospital();
  expect(reports.ticks.map(({ name, everySeconds, concerns }) => [name, everySeconds, concerns])).toEqual([
    ["reports.forget", 3_600, "everybody"],
    ["reports.departments", 86_400, "everybody"],
  ]);
});

test("a department without a visit for thirty days is told, and not before it was watched for so long", async () => {
  const deployment = hospital();
  const { reports, tick, forward } = deployment;
  const check = { name: "quiet-departments", of: LAMNA + "-clinic" };
  expect(await reports.checks()).toEqual([
    { ...check, unseen: "It is watched from the first day on; that begins within a day." },
  ]);
  await tick("reports.departments");
  expect(await reports.checks()).toEqual([check]);
  forward(29 * DAY);
  expect(await reports.checks()).toEqual([check]);
  forward(DAY);
  expect(await reports.checks()).toEqual([
    { ...check, isWarning: true, fault: "Clinic has had no visit for 30 days." },
  ]);
  const { end } = await deployment.visit("one", 60);
  await deployment.until(new Date(end.getTime() + 15 * 60_000));
  expect(await reports.checks()).toEqual([check]);
});

describe("appointments' ids", () => {
  const counted = async (opened: ReturnType<typeof hospital>) => {
    const visit = await opened.visit("one", 60);
    await opened.until(new Date(visit.end.getTime() + 15 * 60_000));
    return async () => (await opened.row(visit.id))?.appointment;
  };

  test("stand in the rows, sealed, only while that is set, and are taken out once it is taken back", async () => {
    const opened = hospital();
    await opened.keep(true);
    const kept = await counted(opened);
    expect(await kept()).toContain("one");
    // Somebody may have set meanwhile that they are kept after all.
    expect(await opened.forget()).toEqual({ kind: "done" });
    expect(await kept()).toBeDefined();
    await opened.keep(false);
    expect(await opened.forget()).toEqual({ kind: "done" });
    expect(await kept()).toBeUndefined();
  });

  test("stand nowhere where nothing, or the opposite, is set", async () => {
    const unset = hospital();
    expect(await (await counted(unset))()).toBeUndefined();
    expect(await unset.forget()).toEqual({ kind: "done" });
    const off = hospital();
    await off.keep(false);
    expect(await (await counted(off))()).toBeUndefined();
  });

  test("are taken out after all where that was given up, and not again where it is done, or was discarded", async () => {
    const { tick, keep, parts } = hospital();
    await keep(true);
    await keep(false);
    const now = parts.queue.now();
    const once = async (state: "poisoned" | "done" | "discarded") => {
      await tick("reports.forget");
      await parts.jobs.change("forget:2", (job) => ({ ...job, state, endedAt: now, failures: 8 }));
      await tick("reports.forget");
      return (await parts.jobs.read("forget:2"))?.job;
    };
    expect(await once("poisoned")).toMatchObject({ state: "waiting", failures: 0, due: now });
    expect(await once("done")).toMatchObject({ state: "done" });
    expect(await once("discarded")).toMatchObject({ state: "discarded" });
  });

  test("are looked for once for each time that this is taken back, for thirty days", async () => {
    const { tick, keep, forgets, forward } = hospital();
    const revision = async (expected: readonly string[]) => {
      await tick("reports.forget");
      expect(await forgets()).toEqual(expected.map((one) => ["forget:" + one, { revision: one }]));
    };
    await revision([]);
    await keep(true);
    await revision([]);
    await keep(false);
    forward(30 * DAY);
    await revision(["2"]);
    await revision(["2"]);
    await keep(true);
    await keep(false);
    forward(30 * DAY + 1);
    await revision(["2"]);
  });
});

test("messages are counted by kind, way and state, a guest's link by itself, in an order of their own", () => {
  const message = (kind: Message["kind"], way: Message["way"], state: Message["state"], person?: number) =>
    ({ kind, way, state, ...(person !== undefined && { person }) }) as Message;
  expect(countsOf([])).toEqual([]);
  expect(
    countsOf([
      message("reminder", "text", "delivered"),
      message("link", "text", "accepted", 0),
      message("link", "text", "accepted"),
      message("link", "mail", "accepted", 3),
      message("reminder", "text", "delivered"),
      message("reminder", "text", "failed", 4),
      { ...message("cancellation", "text", "withheld"), code: "held" },
      { ...message("cancellation", "text", "withheld"), code: "night" },
      { ...message("cancellation", "mail", "failed"), code: "held" },
    ]),
  ).toEqual([
    { kind: "cancellation", way: "mail", state: "failed", count: 1 },
    { kind: "cancellation", way: "text", state: "held", count: 1 },
    { kind: "cancellation", way: "text", state: "withheld", count: 1 },
    { kind: "guest-link", way: "mail", state: "accepted", count: 1 },
    { kind: "link", way: "text", state: "accepted", count: 2 },
    { kind: "reminder", way: "text", state: "delivered", count: 2 },
    { kind: "reminder", way: "text", state: "failed", count: 1 },
  ]);
});

describe("Teams' reports of attendance", () => {
  const report = (from: Date): AttendanceReport => ({
    id: "1",
    people: [
      {
        id: "s",
        look: "staff",
        account: CLINICIAN,
        stays: [{ from, to: new Date(from.getTime() + 60_000) }],
      },
    ],
  });

  test("are asked for by organizer and meeting, until they were read when nobody could come any more", async () => {
    const asked: object[] = [];
    const opened = hospital({
      reportsOf: (meeting) => {
        asked.push(meeting);
        return Promise.resolve([report(opened.inMinutes(-30))]);
      },
    });
    const visit = await opened.visit("one", 60);
    const after = (minutes: number) => opened.until(new Date(visit.end.getTime() + minutes * 60_000));
    await after(11);
    expect(asked).toEqual([{ organizer: visit.organizer, id: visit.meeting.id }]);
    await after(121);
    expect(asked).toHaveLength(3);
    // Its links close four hours after its end; six hours after it the last reports are read.
    await after(361);
    expect(asked).toHaveLength(4);
    await after(6 * DAY + 1);
    expect(asked).toHaveLength(4);
  });

  test("that Graph does not give are no failure of the counting, and the log says so; a mistake of ours is one", async () => {
    let fault: Error = new AttendanceFault("refused", "no consent");
    const opened = hospital({ reportsOf: () => Promise.reject(fault) });
    const visit = await opened.visit("one", 60);
    await opened.until(new Date(visit.end.getTime() + 11 * 60_000));
    expect(await opened.row(visit.id)).toMatchObject({ outcome: "not-known", source: "none" });
    const lines = opened.logged.filter((line) => line.includes('"attendance.not_read"'));
    expect(lines).toEqual([expect.stringContaining("no consent")]);
    fault = new TypeError("a bug");
    await expect(opened.until(new Date(visit.end.getTime() + 31 * 60_000))).rejects.toThrow("a bug");
  });
});

test("a visit among colleagues is not counted, nor is one that is not there", async () => {
  const deployment = hospital();
  const { parts, reports, now, inMinutes } = deployment;
  const department = await parts.hospital.department(LAMNA + "-clinic");
  if (department === undefined) throw new Error("no department");
  const consult = await parts.visits.openConsult({
    connectionId: LAMNA,
    key: "k",
    department,
    start: inMinutes(-60),
    end: inMinutes(-40),
  });
  for (const visit of [consult.id, "AAAAAAAAAAAAAAAA"])
    expect(await reports.jobs.usage({ id: "job", of: { visit }, due: now(), tries: 1, signal })).toEqual({
      kind: "done",
    });
  expect(await deployment.rows()).toEqual([]);
});

test("a visit's calls are one quality of its row, without those of before it was moved", async () => {
  const deployment = hospital();
  const { presences } = deployment;
  const one = await deployment.visit("one", 60);
  const call = (id: string, to: Date) => ({ id, version: 1, from: to, to, joinUrl: one.meeting.joinUrl });
  const from = new Date(one.start.getTime() - 45 * 60_000);
  await presences.measured(one, call("a", from), { streams: 2, poorStreams: 1 });
  await presences.measured(one, call("b", one.end), { streams: 3, poorStreams: 0 });
  await presences.measured(one, call("c", new Date(from.getTime() - 1)), { streams: 9, poorStreams: 9 });
  await deployment.until(new Date(one.end.getTime() + 11 * 60_000));
  expect((await deployment.row(one.id))?.quality).toEqual({ streams: 5, poorStreams: 1 });
});
