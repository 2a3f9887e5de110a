/** Which hours' calls are listed, when, and which of them are a visit's: what Teams records costs requests, and nobody else's is kept. */
import { describe, expect, onTestFinished, test } from "vitest";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import type { Visit } from "../../../../app/domain/visit.ts";
import { callsJob, lookForCalls } from "../../../../app/flows/reports/calls.ts";
import { CallRecordsFault, type CallRecord, type CallRecords } from "../../../../app/ports/callRecords.ts";
import { reportsDeployment } from "../../../harness/reportsDeployment.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const QUALITY = { streams: 1, poorStreams: 0 };
const signal = new AbortController().signal;
const NOTHING: CallRecords = {
  async *begunIn() {
    await Promise.resolve();
    yield [];
  },
  qualityOf: () => Promise.resolve(undefined),
};

function hospital(callRecords: CallRecords | undefined = NOTHING) {
  const deployment = reportsDeployment(undefined, callRecords);
  onTestFinished(() => deployment.close());
  /** The looks that are asked for: which hour, which look and when, in hours from the first moment of the day. */
  const looks = async () => {
    const { jobs } = await deployment.parts.jobs.readSlice("open", {
      before: deployment.inMinutes(30 * 1440),
      limit: 500,
    });
    const day = Date.parse(deployment.now().toISOString().slice(0, 10));
    const hours = (at: number) => (at - day) / HOUR_MS;
    return jobs
      .filter(({ job }) => job.kind === "calls")
      .map(({ job }) => [hours(Date.parse(job.of["hour"] ?? "")), job.of["look"], hours(job.due.getTime())])
      .toSorted(([one = 0], [other = 0]) => Number(one) - Number(other));
  };
  /** The visit as it was held and counted. */
  const counted = async (inMinutes: number): Promise<Visit> => {
    const visit = await deployment.visit("one", inMinutes);
    await deployment.until(new Date(visit.end.getTime() + 15 * MINUTE_MS));
    return visit;
  };
  return { ...deployment, looks, counted };
}

const visitAt = (start: string, minutes: number): Visit => ({
  id: "AAAAAAAAAAAAAAAA" as VisitId,
  kind: "appointment",
  connectionId: "lamna",
  departmentId: "lamna-clinic",
  start: new Date(start),
  end: new Date(Date.parse(start) + minutes * MINUTE_MS),
  state: "open",
  organizer: "7d0c5a1e-0000-4000-8000-00000000a001",
  meeting: { id: "m", joinUrl: "https://teams.example/j" },
  people: [],
});

describe("the hours in which a visit's calls can have begun are looked at", () => {
  test("from three quarters of an hour before its start until its links close, six hours after each", async () => {
    const { picks, looks } = hospital();
    // It is eight in the morning; the links close four hours after the end.
    await lookForCalls(picks, visitAt("2027-01-04T09:00:00Z", 30));
    const hours = [8, 9, 10, 11, 12, 13];
    expect(await looks()).toEqual(hours.map((hour) => [hour, "first", hour + 7]));
    await lookForCalls(picks, visitAt("2027-01-04T09:00:00Z", 30));
    expect(await looks()).toHaveLength(6);
  });

  test("the hour at which the links close with it, and the one in which nobody can come yet without", async () => {
    const { picks, looks } = hospital();
    await lookForCalls(picks, visitAt("2027-01-04T09:45:00Z", 15));
    expect((await looks()).map(([hour]) => hour)).toEqual([9, 10, 11, 12, 13, 14]);
  });

  test("twelve of them at most", async () => {
    const { picks, looks } = hospital();
    await lookForCalls(picks, visitAt("2027-01-04T09:00:00Z", 24 * 60));
    expect((await looks()).map(([hour]) => hour)).toEqual(
      Array.from({ length: 12 }, (_, index) => 8 + index),
    );
  });

  test.each([
    ["before the first look", 7 * HOUR_MS - 1, "first", 7],
    ["at the first look", 7 * HOUR_MS, "second", 25],
    ["before the second look", 25 * HOUR_MS - 1, "second", 25],
    ["at the second look", 25 * HOUR_MS, "last", 121],
    ["before the last look", 121 * HOUR_MS - 1, "last", 121],
    ["at the last look", 121 * HOUR_MS, undefined, 0],
  ])("again and again, as a record may grow: asked for %s", async (_, after, look, due) => {
    const deployment = hospital();
    const hour = Date.parse("2027-01-04T08:00:00Z");
    const queue = { ...deployment.picks.queue, now: () => new Date(hour + after) };
    const visit = { ...visitAt("2027-01-04T08:45:00Z", 0), end: new Date(hour - 4 * HOUR_MS) };
    await lookForCalls({ ...deployment.picks, queue }, visit);
    expect(await deployment.looks()).toEqual(look === undefined ? [] : [[8, look, 8 + due]]);
  });

  test("nowhere where the deployment reads no records", async () => {
    const { picks, looks } = hospital();
    const { callRecords: _, ...others } = picks;
    await lookForCalls({ ...others, callRecords: undefined }, visitAt("2027-01-04T09:00:00Z", 30));
    expect(await looks()).toEqual([]);
    const of = { hour: "2027-01-04T08:00:00.000Z", look: "first" };
    const job = callsJob({ ...picks, callRecords: undefined });
    expect(await job({ id: "job", of, due: new Date(), tries: 1, signal })).toEqual({ kind: "done" });
  });
});

/** A visit at nine that was held and counted, and a look at an hour with these records. */
async function looking(
  records: (deployment: ReturnType<typeof hospital>, visit: Visit) => Partial<CallRecords>,
  { hour = "2027-01-04T09:00:00.000Z", look = "first" } = {},
) {
  const deployment = hospital();
  const visit = await deployment.counted(60);
  const asked: [from: string, before: string][] = [];
  const measured: string[] = [];
  const given = { ...NOTHING, ...records(deployment, visit) };
  const callRecords: CallRecords = {
    begunIn(from, before) {
      asked.push([from.toISOString().slice(11, 16), before.toISOString().slice(11, 16)]);
      return given.begunIn(from, before);
    },
    qualityOf(id) {
      measured.push(id);
      return given.qualityOf(id);
    },
  };
  const before = (await deployment.looks()).length;
  const job = callsJob({ ...deployment.picks, callRecords });
  const outcome = await job({ id: "job", of: { hour, look }, due: deployment.now(), tries: 1, signal });
  const { jobs } = await deployment.parts.jobs.readSlice("open", {
    before: deployment.inMinutes(30 * 1440),
    limit: 500,
  });
  const counts = jobs.flatMap(({ job: { kind, id, of } }) =>
    kind === "usage" && id.includes(".calls.") ? [[id, of]] : [],
  );
  const known = (await deployment.presences.of(visit.id))?.calls ?? [];
  const lines = deployment.logged.filter((line) => line.includes('"call_quality.not_read"'));
  return { deployment, visit, asked, measured, outcome, counts, known, lines, before };
}

const callOf = (visit: Visit, more: Partial<CallRecord> = {}): CallRecord => ({
  id: "c-1",
  version: 1,
  from: visit.start,
  to: visit.end,
  joinUrl: visit.meeting.joinUrl,
  ...more,
});
/** Lists these calls in the five minutes that begin at nine. */
const listing = (calls: readonly CallRecord[], rest: Partial<CallRecords> = {}): Partial<CallRecords> => ({
  async *begunIn(from) {
    await Promise.resolve();
    yield [];
    if (from.toISOString().endsWith("09:00:00.000Z")) yield calls;
  },
  qualityOf: () => Promise.resolve(QUALITY),
  ...rest,
});

test("an hour is listed five minutes at a time; a visit's call is measured, and the visit counted anew", async () => {
  const { asked, measured, outcome, counts, known, visit, deployment } = await looking((_, one) =>
    listing([callOf(one)]),
  );
  const minute = (at: number) => (at === 60 ? "10:00" : "09:" + String(at).padStart(2, "0"));
  expect(asked).toEqual(Array.from({ length: 12 }, (_, index) => [minute(5 * index), minute(5 * index + 5)]));
  expect([outcome, measured, known.length]).toEqual([{ kind: "done" }, ["c-1"], 1]);
  const from = String(Date.parse("2027-01-04T09:00:00Z"));
  expect(counts).toEqual([["usage:" + [visit.id, "calls", from, "first"].join("."), { visit: visit.id }]]);
  // The next look at the hour was asked for.
  expect((await deployment.looks()).map(([hour]) => hour)).toContain(9);
});

test.each([
  ["the hour before it can begin", "2027-01-04T07:00:00.000Z"],
  ["the hour after its links have closed", "2027-01-04T14:00:00.000Z"],
  ["another day", "2027-01-06T09:00:00.000Z"],
])("where there is no visit, as in %s, nothing is asked", async (_, hour) => {
  const { asked, outcome } = await looking((_deployment, one) => listing([callOf(one)]), { hour });
  expect([asked, outcome]).toEqual([[], { kind: "done" }]);
});

test.each([
  ["the hour in which it can begin", "2027-01-04T08:00:00.000Z"],
  ["the hour in which its links close", "2027-01-04T13:00:00.000Z"],
])("where there is a visit, as in %s, it is", async (_, hour) => {
  const { asked } = await looking((_deployment, one) => listing([callOf(one)]), { hour });
  expect(asked).toHaveLength(12);
});

const by = (moment: Date, minutes: number) => new Date(moment.getTime() + minutes * MINUTE_MS);
test.each<[what: string, call: (visit: Visit) => Partial<CallRecord>, is: boolean]>([
  ["of another meeting", () => ({ joinUrl: "https://teams.example/another/0" }), false],
  ["of no address", () => ({ joinUrl: "no address" }), false],
  [
    "in its meeting, its address written otherwise",
    ({ meeting }) => ({ joinUrl: meeting.joinUrl + "?context=x" }),
    true,
  ],
  [
    "that ended when the visit can begin",
    ({ start }) => ({ from: by(start, -90), to: by(start, -45) }),
    true,
  ],
  [
    "that ended before the visit can begin",
    ({ start }) => ({ from: by(start, -90), to: by(start, -45.1) }),
    false,
  ],
  ["that began when its links closed", ({ end }) => ({ from: by(end, 240), to: by(end, 250) }), true],
  ["that began after its links had closed", ({ end }) => ({ from: by(end, 240.1), to: by(end, 250) }), false],
])("a call %s is the visit's, or is not", async (_, call, is) => {
  const { measured, known, counts } = await looking((_deployment, visit) =>
    listing([callOf(visit, call(visit))]),
  );
  expect([measured.length, known.length, counts.length]).toEqual(is ? [1, 1, 1] : [0, 0, 0]);
});

test("a record that has been read is read again only in a newer version, and one that is gone is nothing", async () => {
  const twice = await looking((_, visit) =>
    listing([callOf(visit), callOf(visit), callOf(visit, { version: 2 })]),
  );
  expect([twice.measured, twice.known.map(({ version }) => version)]).toEqual([["c-1", "c-1"], [2]]);
  const gone = await looking((_, visit) =>
    listing([callOf(visit)], { qualityOf: () => Promise.resolve(undefined) }),
  );
  expect([gone.measured.length, gone.known, gone.counts, gone.outcome]).toEqual([
    1,
    [],
    [],
    { kind: "done" },
  ]);
});

const UNAVAILABLE = new CallRecordsFault("unavailable", "Graph is away");
const failing = (fault: Error, from = "09:00"): Partial<CallRecords> => ({
  async *begunIn(at) {
    await Promise.resolve();
    if (at.toISOString().slice(11, 16) >= from) throw fault;
    yield [];
  },
});

test("while Graph is away the job waits, and the log says so", async () => {
  const { outcome, asked, lines } = await looking(() => failing(UNAVAILABLE));
  expect(outcome).toEqual({ kind: "not-now", reason: "graph.unavailable" });
  expect(asked).toHaveLength(1);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("Graph is away");
});

test("if it goes away while an hour is read, the rest of the hour is another job, five minutes later", async () => {
  const { outcome, deployment, lines } = await looking(() => failing(UNAVAILABLE, "09:20"), { look: "last" });
  expect([outcome, lines.length]).toEqual([{ kind: "done" }, 1]);
  const at = Date.parse("2027-01-04T09:20:00Z");
  const kept = await deployment.parts.jobs.read(`calls:${String(at)}.last`);
  expect(kept?.job).toMatchObject({
    of: { hour: new Date(at).toISOString(), look: "last" },
    due: deployment.inMinutes(5),
  });
});

test("a Graph that refuses an hour is not waited for", async () => {
  const { outcome, asked, lines } = await looking(() =>
    failing(new CallRecordsFault("refused", "no consent")),
  );
  expect([outcome, asked.length]).toEqual([{ kind: "done" }, 3]);
  expect(lines.join("")).toContain("no consent");
});

test("a mistake of ours is no fault of Graph's", async () => {
  await expect(looking(() => failing(new TypeError("a bug")))).rejects.toThrow("a bug");
  const bug = () => Promise.reject(new TypeError("another bug"));
  await expect(looking((_, visit) => listing([callOf(visit)], { qualityOf: bug }))).rejects.toThrow(
    "another bug",
  );
});

test("a record that Graph refuses is passed over, and the log says so", async () => {
  const { measured, known, outcome, lines } = await looking((_, visit) =>
    listing([callOf(visit, { id: "ill" }), callOf(visit)], {
      qualityOf: (id) =>
        id === "ill"
          ? Promise.reject(new CallRecordsFault("refused", "not this one"))
          : Promise.resolve(QUALITY),
    }),
  );
  expect([measured, known.length, outcome]).toEqual([["ill", "c-1"], 1, { kind: "done" }]);
  expect(lines.join("")).toContain("not this one");
});

test("records that Graph does not give for the moment count only in a row, and the first of them is read again", async () => {
  const silent = (ids: readonly string[]) =>
    looking((_, visit) =>
      listing(
        ids.map((id) => callOf(visit, { id })),
        { qualityOf: (id) => (id.startsWith("no") ? Promise.reject(UNAVAILABLE) : Promise.resolve(QUALITY)) },
      ),
    );
  const away = { kind: "not-now", reason: "graph.unavailable" };
  const row = await silent(["no-1", "no-2", "no-3", "no-4"]);
  expect([row.measured, row.outcome]).toEqual([["no-1", "no-2", "no-3"], away]);
  const mixed = await silent(["no-1", "no-2", "yes-1", "no-3", "no-4", "yes-2"]);
  expect([mixed.measured.length, mixed.known.length, mixed.outcome, mixed.counts.length]).toEqual([
    6,
    2,
    away,
    1,
  ]);
});

test("a visit that cannot be read keeps nobody else's call from being read, and is said", async () => {
  const deployment = hospital();
  const [ill, well] = [await deployment.visit("ill", 60), await deployment.visit("well", 60)];
  await deployment.until(new Date(well.end.getTime() + 15 * MINUTE_MS));
  const row = await deployment.store.read("visits", ill.id, ill.id);
  if (row === undefined) throw new Error("no row");
  await deployment.store.replace("visits", { ...row, body: { v: 1, start: 7 } }, row.etag);
  const measured: string[] = [];
  const callRecords: CallRecords = {
    ...NOTHING,
    ...listing([callOf(ill, { id: "ill" }), callOf(well, { id: "well" })]),
    qualityOf(id) {
      measured.push(id);
      return Promise.resolve(QUALITY);
    },
  };
  const of = { hour: "2027-01-04T09:00:00.000Z", look: "first" };
  await callsJob({ ...deployment.picks, callRecords })({
    id: "job",
    of,
    due: deployment.now(),
    tries: 1,
    signal,
  });
  expect(measured).toEqual(["well"]);
  expect(deployment.logged.join("")).toContain("call_quality.not_read");
});

test("a process that stops lists no further", async () => {
  const deployment = hospital();
  await deployment.counted(60);
  const of = { hour: "2027-01-04T09:00:00.000Z", look: "first" };
  const job = callsJob(deployment.picks)({
    id: "job",
    of,
    due: deployment.now(),
    tries: 1,
    signal: AbortSignal.abort(new Error("the process stops")),
  });
  await expect(job).rejects.toThrow("the process stops");
});
