/**
 * Call quality from a visit's meeting to its page: read from Teams' records of calls, reduced to a few numbers, compared with
 * what administrators have set. Nobody's name, device or address gets into a row, a page, a file or the log.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { meetingKey } from "../../../../app/domain/meetingKey.ts";
import type { Visit } from "../../../../app/domain/visit.ts";
import { callsJob } from "../../../../app/flows/reports/calls.ts";
import { lookups } from "../../../../app/flows/portal/reports/rows.ts";
import { CallRecordsFault } from "../../../../app/ports/callRecords.ts";
import { countJob } from "../../../../app/flows/reports/count.ts";
import { forgetJob, forgetTick } from "../../../../app/flows/reports/forget.ts";
import { PROVISIONED } from "../../../../app/sandbox/sandbox.ts";
import { PORTAL_ACCOUNTS, signInToPortal } from "../../../harness/administrator.ts";
import { launchScenario, patientLink } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";
import { Browser } from "../../sandbox/microsoft/browser.ts";
import { tablesIn } from "../../../harness/html.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const PART_MS = 5 * 60_000;
/** What a record of a call says besides, in the stand-in. */
const MARKERS = /Pat Example|Avery Park|Somebody Else|LAPTOP-OF|Headset|198\.51\.100|203\.0\.113|00-00-5E/;
let deployment: Deployment;
let visit: Visit;
const [administrator, decider, reader] = [new Person(), new Person(), new Person()];

const signal = new AbortController().signal;
const task = <I>(of: I) => ({ id: "job", of, due: deployment.clock.now(), tries: 1, signal });
/** Counts the visit as some time after its end. The vendors' clock is not moved, so nobody else's is. */
const count = (minutes = 11) => {
  const { parts } = deployment;
  const now = () => new Date(visit.end.getTime() + minutes * 60_000);
  return countJob({ ...parts, queue: { ...parts.queue, now } })(task({ visit: visit.id }));
};
const row = async () => {
  const range = [-DAY_MS, DAY_MS].map((by) => new Date(visit.start.getTime() + by));
  for await (const { usages } of deployment.parts.usages.between(
    range[0] ?? visit.start,
    range[1] ?? visit.start,
    "ascending",
  )) {
    const own = usages.find(({ id }) => id === visit.id);
    if (own !== undefined) return own;
  }
  return undefined;
};
/** The looks at the hours that were asked for. */
const look = async () => {
  const { jobs, now } = deployment.parts;
  const before = new Date(now().getTime() + DAY_MS);
  const { jobs: open } = await jobs.readSlice("open", { before, limit: 500 });
  const due = open.filter(({ job }) => job.kind === "calls");
  const outcomes = [];
  for (const { job } of due) {
    const { hour = "", look: which = "" } = job.of;
    outcomes.push(await callsJob(deployment.parts)(task({ hour, look: which })));
  }
  return outcomes;
};
const file = async (fields: Record<string, string> = { days: "7" }) =>
  (await reader.send(deployment.url + "/portal/reports/visits.csv", fields)).html;
const page = async (path = "/portal/reports/quality?days=7", by = reader) =>
  (await by.open(deployment.url + path)).html;
const save = async (fields: Record<string, string>, by = administrator) => {
  const revision = (await deployment.parts.reportSettings.read("reports"))?.revision ?? 0;
  const sent = { revision: String(revision), ...fields };
  return by.send(deployment.url + "/portal/reports/settings", sent);
};
const revision = async () => String((await deployment.parts.reportSettings.read("reports"))?.revision ?? 0);

beforeAll(async () => {
  deployment = await startDeployment({ stack: (all) => ({ ...all, features: { callQuality: true } }) });
  const { parts } = deployment;
  const opened = await launchScenario(deployment, new Person(), "inProgress");
  const id = parts.visits.claims(patientLink(opened).split("/").at(-1) ?? "")?.visit;
  const found = id && (await parts.visits.byId(id));
  if (found === undefined) throw new Error("no link");
  visit = found;
  const [patient, staff] = [new Browser(), new Browser()];
  const to = new URL(visit.meeting.joinUrl);
  await staff.submit(`${to.origin}/teams/sign-in?to=${encodeURIComponent(to.pathname + to.search)}`, {
    account: "avery.park@lamna.example",
  });
  await staff.submit(visit.meeting.joinUrl, { do: "join-account" });
  await patient.submit(visit.meeting.joinUrl, { do: "join-guest", name: "Pat Example" });
  await staff.submit(visit.meeting.joinUrl, { do: "admit-all" });
  await staff.submit(visit.meeting.joinUrl, { do: "end" });
  await count();
  await signInToPortal(deployment, administrator, "administrator");
  await signInToPortal(deployment, decider, "globalAdministrator");
  await signInToPortal(deployment, reader, "reportReader");
});
afterAll(() => deployment.stop());

test("while Graph is away the look waits, and where there is no record yet nothing is known", async () => {
  const { microsoft } = deployment.sandbox;
  microsoft.faults.set({ graph: "down" });
  expect(new Set((await look()).map(({ kind }) => kind))).toEqual(new Set(["not-now"]));
  microsoft.faults.clear();
  microsoft.faults.set({ callRecords: "not-yet" });
  await look();
  microsoft.faults.clear();
  await count();
  expect(await row()).not.toHaveProperty("quality");
  expect(await page()).toContain("No visit of this time has a record of a call");
});

test("a visit's calls become a few numbers of its row, and those of others nothing", async () => {
  await look();
  await count();
  const { quality } = (await row()) ?? {};
  // Two people with sound and picture, each in both directions; not each stream of picture can be judged.
  expect(quality?.streams).toBeGreaterThanOrEqual(6);
  expect(quality?.loss?.streams).toBe(8);
  expect(quality?.roundTrip?.mean).toBeGreaterThan(14);
  const kept = await deployment.parts.store.read("visits", visit.id, "presence-" + visit.id);
  expect((await deployment.parts.presences.of(visit.id))?.calls).toHaveLength(1);
  expect(JSON.stringify(kept)).not.toContain(meetingKey(visit.meeting.joinUrl));
  expect(await page()).toContain(`of ${String(quality?.streams)}</td>`);
  const [head = "", line = ""] = (await file()).split("\r\n");
  expect(head).toContain("Packet loss (%),Jitter (ms),Round trip (ms),Streams,Poor streams");
  expect(line).toContain(`,${String(quality?.jitter?.mean)},${String(quality?.roundTrip?.mean)},`);
});

test("nothing else of a record is in a row, a page, a file, JSON or the log", async () => {
  const token = await deployment.sandbox.microsoft.cliToken(
    PORTAL_ACCOUNTS.reportReader,
    "api://" + PROVISIONED.clientId,
  );
  const json = await fetch(deployment.url + "/portal/api/report?days=7", {
    headers: { authorization: "Bearer " + token },
  });
  const rows = await Promise.all(
    (["usage", "visits", "jobs"] as const).map((container) => deployment.parts.store.changes(container, 500)),
  );
  const told = [JSON.stringify(rows), deployment.logged.join(""), await json.text()];
  for (const text of told) expect(text).not.toMatch(MARKERS);
  // Pages and files have the names of staff, which come from the directory.
  for (const path of ["/portal/reports", "/portal/reports/usage", "/portal/reports/quality"])
    expect((await page(path)).replaceAll("Avery Park", "")).not.toMatch(MARKERS);
  expect((await file()).replaceAll("Avery Park", "")).not.toMatch(MARKERS);
});

test("a look at an hour with visits asks for the next look itself, however late it is", async () => {
  const { parts } = deployment;
  const at = visit.start.getTime() - (visit.start.getTime() % HOUR_MS);
  const hour = new Date(at).toISOString();
  const queue = { ...parts.queue, now: () => new Date(at + 30 * HOUR_MS) };
  await callsJob({ ...parts, queue })(task({ hour, look: "second" }));
  const { jobs: open } = await parts.jobs.readSlice("open", {
    before: new Date(at + 9 * DAY_MS),
    limit: 500,
  });
  expect(open.map(({ job }) => job.of)).toContainEqual({ hour, look: "last" });
});

test("one record that Graph refuses or cannot give keeps nobody else's call from being read", async () => {
  const { parts } = deployment;
  // From the five minutes on in which the call began: what Graph does not give first is read anew by the same job.
  const hour = new Date(visit.start.getTime() - (visit.start.getTime() % PART_MS)).toISOString();
  const said = { version: 99, from: visit.start, to: visit.end, joinUrl: visit.meeting.joinUrl };
  const before = (await parts.presences.of(visit.id))?.calls ?? [];
  const whole = await parts.store.read("visits", visit.id, "presence-" + visit.id);
  const asked: string[] = [];
  const read = (ill: Record<string, "refused" | "unavailable">, ids: readonly string[]) =>
    callsJob({
      ...parts,
      callRecords: {
        async *begunIn(from, before) {
          await Promise.resolve();
          yield [];
          if (visit.start < from || visit.start >= before) return;
          yield ids.map((id) => ({ id, ...said }));
        },
        qualityOf(id) {
          asked.push(id);
          const reason = ill[id];
          const quality = { streams: 1, poorStreams: 0 };
          return reason === undefined
            ? Promise.resolve(quality)
            : Promise.reject(new CallRecordsFault(reason, "not given"));
        },
      },
    })(task({ hour, look: "last" }));
  const known = async () => (await parts.presences.of(visit.id))?.calls?.length;
  expect(await read({ a: "refused" }, ["a", "b"])).toEqual({ kind: "done" });
  expect(await known()).toBe(before.length + 1);
  expect((await read({ c: "unavailable" }, ["c", "d"])).kind).toBe("not-now");
  expect(await known()).toBe(before.length + 2);
  // A Graph that is away is not asked for each of them.
  const away = Object.fromEntries(["e", "f", "g", "h", "i"].map((id) => [id, "unavailable"] as const));
  expect((await read(away, Object.keys(away))).kind).toBe("not-now");
  expect(asked.slice(-3)).toEqual(["e", "f", "g"]);
  const found = await parts.store.read("visits", visit.id, "presence-" + visit.id);
  if (whole === undefined || found === undefined) throw new Error("no row");
  await parts.store.replace("visits", { ...found, body: whole.body }, found.etag);
});

test("a job reads for some minutes and leaves the rest of its hour to another, also where Graph is away for a while", async () => {
  const { parts } = deployment;
  const hour = visit.start.getTime() - (visit.start.getTime() % HOUR_MS);
  const minute = (moment: Date) => (moment.getTime() - hour) / 60_000;
  let now = parts.queue.now();
  const asked: [number, number][] = [];
  let away = false;
  const read = (of: { hour: string; look: string }) =>
    callsJob({
      ...parts,
      queue: { ...parts.queue, now: () => now },
      callRecords: {
        async *begunIn(from, before) {
          await Promise.resolve();
          asked.push([minute(from), minute(before)]);
          now = new Date(now.getTime() + 50_000);
          if (away) throw new CallRecordsFault("unavailable", "busy");
          yield [];
          away = asked.length === 5;
        },
        qualityOf: () => Promise.resolve(undefined),
      },
    })(task(of));
  const rest = async (from: number) => {
    const at = new Date(hour + from * 60_000).toISOString();
    const kept = await parts.jobs.read(`calls:${String(Date.parse(at))}.last`);
    expect(kept?.job.of).toEqual({ hour: at, look: "last" });
    return { of: { hour: at, look: "last" }, due: kept?.job.due };
  };
  expect(await read({ hour: new Date(hour).toISOString(), look: "last" })).toEqual({ kind: "done" });
  expect(asked).toEqual([
    [0, 5],
    [5, 10],
    [10, 15],
  ]);
  expect(await read((await rest(15)).of)).toEqual({ kind: "done" });
  expect(asked.slice(3)).toEqual([
    [15, 20],
    [20, 25],
    [25, 30],
  ]);
  const { of, due } = await rest(25);
  expect(due?.getTime()).toBeGreaterThan(now.getTime());
  expect((await read(of)).kind).toBe("not-now");
  expect(asked.at(-1)).toEqual([25, 30]);
});

test("where Graph gives records of later minutes no more, the rest is left from the first of them, and nothing is read anew", async () => {
  const { parts } = deployment;
  const begun = visit.start.getTime() - (visit.start.getTime() % HOUR_MS);
  const { joinUrl } = visit.meeting;
  const whole = await parts.store.read("visits", visit.id, "presence-" + visit.id);
  /** @param ids the records of each five minutes, of which Graph gives none whose name begins with "no" */
  const read = (look: string, from: number, ids: Readonly<Record<number, readonly string[]>>) =>
    callsJob({
      ...parts,
      callRecords: {
        async *begunIn(at) {
          await Promise.resolve();
          const its = ids[(at.getTime() - begun) / 60_000] ?? [];
          yield its.map((id) => ({ id, version: 1, from: visit.start, to: visit.end, joinUrl }));
        },
        qualityOf: (id) =>
          id.startsWith("no")
            ? Promise.reject(new CallRecordsFault("unavailable", "not given"))
            : Promise.resolve({ streams: 1, poorStreams: 0 }),
      },
    })(task({ hour: new Date(begun + from * 60_000).toISOString(), look }));
  const rests = async (look: string) => {
    const { jobs: open } = await parts.jobs.readSlice("open", {
      before: new Date(Date.now() + 9 * DAY_MS),
      limit: 500,
    });
    const of = open.filter(({ job }) => job.kind === "calls" && job.of["look"] === look);
    return of.map(({ job }) => (Date.parse(job.of["hour"] ?? "") - begun) / 60_000);
  };
  const done = { kind: "done" };
  expect(await read("three", 0, { 0: ["yes"], 10: ["no-a", "no-b", "no-c"], 15: ["yes-b"] })).toEqual(done);
  expect(await rests("three")).toEqual([10]);
  expect(await read("each", 0, { 5: ["no-d"], 10: ["no-e"], 20: ["no-f"] })).toEqual(done);
  expect(await rests("each")).toEqual([5]);
  expect(await read("one", 0, { 20: ["no-g"], 25: ["yes-c"] })).toEqual(done);
  expect(await rests("one")).toEqual([20]);
  // What is not given of the first minutes is the same job's.
  expect((await read("own", 20, { 20: ["no-h"], 25: ["yes-d"] })).kind).toBe("not-now");
  expect(await rests("own")).toEqual([]);
  const found = await parts.store.read("visits", visit.id, "presence-" + visit.id);
  if (whole === undefined || found === undefined) throw new Error("no row");
  await parts.store.replace("visits", { ...found, body: whole.body }, found.etag);
});

test("a part of an hour that Graph refuses keeps no other part from being read, and none is asked for where it refuses all", async () => {
  const { parts } = deployment;
  const hour = visit.start.getTime() - (visit.start.getTime() % HOUR_MS);
  const read = async (isRefused: (minute: number) => boolean) => {
    const asked: number[] = [];
    const callRecords: NonNullable<typeof parts.callRecords> = {
      async *begunIn(from) {
        await Promise.resolve();
        const minute = (from.getTime() - hour) / 60_000;
        asked.push(minute);
        yield [];
        if (isRefused(minute)) throw new CallRecordsFault("refused", "more pages than are read");
      },
      qualityOf: () => Promise.resolve(undefined),
    };
    const of = { hour: new Date(hour).toISOString(), look: "last" };
    expect(await callsJob({ ...parts, callRecords })(task(of))).toEqual({ kind: "done" });
    return asked;
  };
  const all = Array.from({ length: 12 }, (_, count) => 5 * count);
  expect(await read((minute) => [0, 10, 15, 40].includes(minute))).toEqual(all);
  expect(await read((minute) => minute >= 20)).toEqual(all.slice(0, 7));
});

test("above which numbers calls are poor is set by administrators alone, and holds at once", async () => {
  // How good the stand-in's calls are depends on ids, which are drawn.
  const wide = { lossPercent: "100", jitterMs: "10000", roundTripMs: "10000", poorStreamsPercent: "100" };
  await save(wide);
  expect((await page()).replaceAll("\n", "")).toContain("<dt>Good</dt><dd>1</dd>");
  expect(await page("/portal/reports/settings", administrator)).toContain('name="lossPercent"');
  expect((await reader.open(deployment.url + "/portal/reports/settings")).status).toBe(403);
  const refused = (await save({ lossPercent: "no number", jitterMs: "44" })).html;
  expect(refused).toContain("Enter numbers such as 2.5");
  // Nobody types anything twice.
  for (const typed of ["no number", "44"]) expect(refused).toContain(`value="${typed}"`);
  expect((await save({ lossPercent: "101" })).status).toBe(422);
  await save({ ...wide, roundTripMs: "1" });
  expect(await page()).toContain("<dt>Poor</dt><dd>1</dd>");
  expect(await page()).toContain("Poor: round trip");
  const [event] = await deployment.parts.audit.events({ limit: 1 });
  expect(event).toMatchObject({ action: "reports.set", object: { kind: "reports" } });
  const { approvalSettings, proposals, reportSettings } = deployment.parts;
  const revision = String((await reportSettings.read("reports"))?.revision);
  const moved = (await save({ revision: "1", ...wide, jitterMs: "45" })).html;
  for (const words of ["Somebody else has changed it", 'value="45"', `name="revision" value="${revision}"`])
    expect(moved).toContain(words);
  expect(tablesIn(moved)).toContain("45 | 10000");
  const actor = { kind: "person", objectId: PORTAL_ACCOUNTS.globalAdministrator } as const;
  const required = { actor, action: "approvals.required" };
  const asks = await approvalSettings.add(required, "approvals", { secondPerson: true });
  await save({ ...wide, jitterMs: "46" });
  const waits = await save({ ...wide, jitterMs: "47" });
  expect(waits.status).toBe(409);
  for (const words of ['value="47"', "nothing else can be saved here"]) expect(waits.html).toContain(words);
  const waiting = await proposals.read("reports.reports");
  if (typeof waiting !== "object") throw new Error("nothing waits");
  await proposals.reject(actor, waiting);
  await approvalSettings.remove({ actor, action: "approvals.loosened" }, "approvals", asks.revision);
});

test("an appointment's id stands in files as long as the visit's record, and longer only where that is set", async () => {
  const { parts } = deployment;
  const appointment = await parts.visits.appointmentId(visit.id);
  if (appointment === undefined) throw new Error("no appointment");
  const line = `,${appointment}\r\n`;
  expect(await file()).toContain(line);
  expect(await row()).not.toHaveProperty("appointment");
  const settings = (by: Person) => page("/portal/reports/settings", by);
  const BOX = 'type="checkbox" name="keepsAppointments"';
  expect(await settings(administrator)).not.toContain(BOX);
  // What the form of an administrator says, which has no box.
  const noBox = { keepsAppointments: "as-kept", revision: await revision() };
  expect(await settings(administrator)).toContain('type="hidden" name="keepsAppointments" value="as-kept"');
  expect(await settings(administrator)).toContain("A Global Administrator can set");
  expect((await save({ keepsAppointments: "yes" })).status).toBe(403);
  expect((await parts.reportSettings.read("reports"))?.value.keepsAppointments).toBe(false);
  expect(await settings(decider)).toContain(BOX);
  await save({ keepsAppointments: "yes" }, decider);
  // A form that was opened before, without the box, has it as it was decided; and saved again it stays so.
  const opened = await save({ ...noBox, jitterMs: "32" });
  expect([opened.status, opened.html.includes('value="32"')]).toEqual([409, true]);
  expect(opened.html).toMatch(/name="keepsAppointments"[^>]*checked/);
  const withBox = { keepsAppointments: "yes", revision: await revision() };
  await save({});
  // A form with the box, when it was taken back meanwhile: what was typed is kept, and nobody is told of a missing role.
  const late = await save({ ...withBox, jitterMs: "33" });
  expect([late.status, late.html.includes('value="33"'), late.html.includes(BOX)]).toEqual([
    409,
    true,
    false,
  ]);
  expect(tablesIn(late.html)).not.toContain("Yes | No");
  await save({ keepsAppointments: "yes" }, decider);
  // Whatever else an administrator sets meanwhile, what was decided stays.
  expect(await settings(administrator)).toMatch(/name="keepsAppointments"[^>]*checked/);
  expect((await save({ keepsAppointments: "yes", jitterMs: "31" })).status).toBe(200);
  await count();
  expect((await row())?.appointment).not.toContain(appointment);

  const usage = await row();
  if (usage === undefined) throw new Error("no row");
  const later = { ...parts, now: () => new Date(visit.end.getTime() + 10 * DAY_MS) };
  const shown = async () =>
    (await (await lookups(later, undefined)).rows([usage], ["appointments"]))[0]?.appointment;
  expect(await shown()).toBe(appointment);
  await save({});
  expect(await shown()).toBeUndefined();

  await forgetTick(parts).run({ signal });
  await forgetTick(parts).run({ signal });
  const { jobs: open } = await parts.jobs.readSlice("open", {
    before: new Date(Date.now() + DAY_MS),
    limit: 500,
  });
  expect(open.filter(({ job }) => job.kind === "forget")).toHaveLength(1);
  await forgetJob(parts)(task({ revision: "any" }));
  expect(await row()).toMatchObject({ outcome: "completed" });
  expect(await row()).not.toHaveProperty("appointment");
});
