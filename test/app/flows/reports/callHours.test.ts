/**
 * How far a look at an hour's calls gets, and what is left to a later one, so that nothing of the hour is lost or read
 * without end.
 */
import { describe, expect, onTestFinished, test } from "vitest";
import type { Visit } from "../../../../app/domain/visit.ts";
import { callsJob } from "../../../../app/flows/reports/calls.ts";
import type { ReportPicks } from "../../../../app/flows/reports/parts.ts";
import { CallRecordsFault, type CallRecord, type CallRecords } from "../../../../app/ports/callRecords.ts";
import { SealBroken } from "../../../../app/ports/keyring.ts";
import { UnreadableRecord } from "../../../../app/records/record.ts";
import { reportsDeployment } from "../../../harness/reportsDeployment.ts";

const MINUTE_MS = 60_000;
const at = (time: string) => new Date(`2027-01-04T${time}Z`);
const timeOf = (moment: Date) => moment.toISOString().slice(11, 16);
/** The start times of `count` parts of five minutes, the first one at `from`. */
const parts = (from: string, count: number) =>
  Array.from({ length: count }, (_, index) =>
    timeOf(new Date(at(from + ":00").getTime() + index * 5 * MINUTE_MS)),
  );

const AWAY = new CallRecordsFault("unavailable", "Graph is away");
const NO = new CallRecordsFault("refused", "not this one");

interface Looked {
  /** Graph's answer about five minutes, by the time at which it begins. */
  readonly listed?: (from: string, visits: readonly [Visit, ...Visit[]]) => readonly CallRecord[] | Error;
  readonly qualityOf?: (id: string) => Error | undefined;
  readonly hour?: string;
  readonly look?: string;
  /** When the visits begin, in minutes from eight o'clock. */
  readonly visits?: readonly [number, ...number[]];
  /** How many seconds Graph takes for each five minutes. */
  readonly takes?: number;
  readonly signal?: AbortSignal;
  readonly more?: (
    picks: ReportPicks,
    pass: (seconds: number) => void,
    visits: readonly [Visit, ...Visit[]],
  ) => Partial<ReportPicks>;
}

/** A look, by default at 9:45 at the hour from nine on, in which a visit of half an hour was held. */
async function look(what: Looked = {}) {
  const asks: CallRecords = {
    async *begunIn() {
      await Promise.resolve();
      yield [];
    },
    qualityOf: () => Promise.resolve(undefined),
  };
  const deployment = reportsDeployment(undefined, asks);
  onTestFinished(() => deployment.close());
  const [first, ...others] = what.visits ?? [60];
  const one = await deployment.visit("0", first);
  const visits: [Visit, ...Visit[]] = [one];
  for (const [index, minutes] of others.entries())
    visits.push(await deployment.visit(String(index + 1), minutes));
  await deployment.until(new Date(one.end.getTime() + 15 * MINUTE_MS));
  let seconds = 0;
  const asked: string[] = [];
  const read: string[] = [];
  const callRecords: CallRecords = {
    async *begunIn(from) {
      await Promise.resolve();
      asked.push(timeOf(from));
      seconds += what.takes ?? 0;
      const answer = what.listed?.(timeOf(from), visits) ?? [];
      if (answer instanceof Error) throw answer;
      yield answer;
    },
    qualityOf(id) {
      read.push(id);
      const fault = what.qualityOf?.(id);
      return fault === undefined ? Promise.resolve({ streams: 1, poorStreams: 0 }) : Promise.reject(fault);
    },
  };
  const now = () => new Date(deployment.now().getTime() + seconds * 1000);
  const picks: ReportPicks = { ...deployment.picks, callRecords, queue: { ...deployment.picks.queue, now } };
  const job = callsJob({ ...picks, ...what.more?.(picks, (more) => void (seconds += more), visits) });
  const of = { hour: what.hour ?? "2027-01-04T09:00:00.000Z", look: what.look ?? "first" };
  const signal = what.signal ?? new AbortController().signal;
  const outcome = await job({ id: "job", of, due: deployment.now(), tries: 1, signal });
  /** The next job for the hour that begins at `time`: from when on it reads, and when it is due. */
  const left = async (time: string, which = of.look) => {
    const kept = await deployment.parts.jobs.read(`calls:${String(at(time).getTime())}.${which}`);
    return kept && { hour: kept.job.of["hour"], look: kept.job.of["look"], due: kept.job.due };
  };
  /** Whether a visit is counted anew because of what was read from `time` on. */
  const isCounted = async (visit: Visit, time = "09:00:00") => {
    const id = ["usage:" + visit.id, "calls", String(at(time).getTime()), of.look].join(".");
    return (await deployment.parts.jobs.read(id)) !== undefined;
  };
  const lines = deployment.logged.filter((line) => line.includes('"call_quality.not_read"'));
  return { deployment, visits, one, asked, read, outcome, left, isCounted, lines, now };
}

const callOf = (visit: Visit, id: string): CallRecord => ({
  id,
  version: 1,
  from: visit.start,
  to: visit.end,
  joinUrl: visit.meeting.joinUrl,
});
/** One call of the first visit, in the five minutes that begin at that time. */
const callAt =
  (...times: readonly string[]): NonNullable<Looked["listed"]> =>
  (from, [visit]) =>
    times.includes(from) ? [callOf(visit, "c-" + from)] : [];
const DONE = { kind: "done" };
const LATER = { kind: "not-now", reason: "graph.unavailable" };

describe("the rest of an hour", () => {
  test("is read to the hour's end; the whole hour is looked at again, and what it told is counted", async () => {
    const { asked, outcome, left, isCounted, one } = await look({
      hour: "2027-01-04T09:20:00.000Z",
      listed: callAt("09:55"),
      // The first look at the hour is over by now.
      more: (_picks, pass) => {
        pass(7 * 3_600);
        return {};
      },
    });
    expect([asked, outcome]).toEqual([parts("09:20", 8), DONE]);
    expect(await left("09:00:00", "second")).toEqual({
      hour: at("09:00:00").toISOString(),
      look: "second",
      due: new Date("2027-01-05T10:00:00Z"),
    });
    expect(await left("09:20:00", "second")).toBeUndefined();
    expect(await isCounted(one, "09:20:00")).toBe(true);
  });

  test("that ends with less than five minutes is asked for no longer than the hour", async () => {
    const { asked, outcome } = await look({ hour: "2027-01-04T09:58:00.000Z" });
    expect([asked, outcome]).toEqual([["09:58"], DONE]);
  });

  test("is left to another job once this one has read for two minutes, which is no fault of anybody's", async () => {
    const { asked, outcome, left, lines, now, one, isCounted } = await look({
      takes: 40,
      look: "last",
      listed: callAt("09:10"),
    });
    expect([asked, outcome, lines]).toEqual([parts("09:00", 3), DONE, []]);
    expect(await left("09:15:00")).toEqual({ hour: at("09:15:00").toISOString(), look: "last", due: now() });
    expect(await isCounted(one)).toBe(true);
  });

  test("is read a little longer while it is not two minutes", async () => {
    const { asked } = await look({ takes: 39.999 });
    expect(asked).toEqual(parts("09:00", 4));
  });

  test("has a first part that is read however long the visits took to be looked up, so that it comes to an end", async () => {
    const { asked, left } = await look({
      more: ({ visits }, pass) => ({
        visits: {
          ...visits,
          byId(id) {
            pass(300);
            return visits.byId(id);
          },
        },
      }),
    });
    expect(asked).toEqual(["09:00"]);
    expect((await left("09:05:00"))?.due).toEqual(at("09:50:00"));
  });
});

describe("what Graph refuses of an hour", () => {
  const refusing =
    (...times: readonly string[]): NonNullable<Looked["listed"]> =>
    (from) =>
      times.includes(from) ? NO : [];

  test("two parts of it, again and again, hinders no other part, and each is said", async () => {
    const { asked, outcome, lines } = await look({ listed: refusing("09:00", "09:05", "09:15", "09:20") });
    expect([asked, outcome]).toEqual([parts("09:00", 12), DONE]);
    expect(lines).toHaveLength(4);
  });

  test("three parts in a row, ends the look; it is not tried again, but at the next look", async () => {
    const { asked, outcome, left, lines } = await look({ listed: refusing("09:20", "09:25", "09:30") });
    expect([asked, outcome, lines.length]).toEqual([parts("09:00", 7), DONE, 3]);
    for (const time of parts("09:05", 11)) expect(await left(time + ":00")).toBeUndefined();
  });
});

describe("a record that Graph does not give for the moment", () => {
  const away = (...ids: readonly string[]) => ({
    qualityOf: (id: string) => (ids.includes(id) ? AWAY : undefined),
  });

  test("is asked for again with the rest of its hour, five minutes later; the others are read now", async () => {
    const { asked, read, outcome, left, lines, one, isCounted, deployment } = await look({
      listed: callAt("09:05", "09:10"),
      ...away("c-09:05"),
    });
    expect([asked, read]).toEqual([parts("09:00", 12), ["c-09:05", "c-09:10"]]);
    expect([outcome, lines.length]).toEqual([DONE, 1]);
    expect(lines[0]).toContain("Graph is away");
    expect(await left("09:05:00")).toEqual({
      hour: at("09:05:00").toISOString(),
      look: "first",
      due: deployment.inMinutes(5),
    });
    expect(await isCounted(one)).toBe(true);
  });

  test("is asked for again by the same job where it is of the first part", async () => {
    const { outcome, left } = await look({ listed: callAt("09:00", "09:10"), ...away("c-09:00", "c-09:10") });
    expect(outcome).toEqual(LATER);
    expect(await left("09:10:00")).toBeUndefined();
  });

  test("is where the rest begins, also if the list is not given either a little later", async () => {
    const listed: Looked["listed"] = (from, visits) =>
      from === "09:20" ? AWAY : callAt("09:00", "09:05")(from, visits);
    const { asked, outcome, left, one, isCounted } = await look({ listed, ...away("c-09:05") });
    expect([asked, outcome]).toEqual([parts("09:00", 5), DONE]);
    expect((await left("09:05:00"))?.hour).toBe(at("09:05:00").toISOString());
    expect(await left("09:20:00")).toBeUndefined();
    // What was measured before is counted all the same.
    expect(await isCounted(one)).toBe(true);
  });

  test("three times in a row is not asked for more often, and the rest begins with the first", async () => {
    const times = ["09:05", "09:10", "09:25", "09:30"];
    const { read, outcome, left, lines } = await look({
      listed: callAt(...times),
      ...away(...times.map((time) => "c-" + time)),
    });
    expect([read, outcome, lines.length]).toEqual([["c-09:05", "c-09:10", "c-09:25"], DONE, 1]);
    expect(await left("09:05:00")).toBeDefined();
    expect(await left("09:25:00")).toBeUndefined();
  });
});

test("a process that stops reads no further record of a list that it has", async () => {
  const stop = new AbortController();
  const read: string[] = [];
  const looked = look({
    listed: (_from, [visit]) => [callOf(visit, "one"), callOf(visit, "two")],
    qualityOf: (id) => {
      read.push(id);
      stop.abort(new Error("the process stops"));
      return undefined;
    },
    signal: stop.signal,
  });
  await expect(looked).rejects.toThrow("the process stops");
  expect(read).toEqual(["one"]);
});

describe("which visits an hour is read for", () => {
  test.each<[what: string, minutes: number, hour: string, is: boolean]>([
    ["one that can begin when the hour is over", 105, "08:00:00.000", false],
    ["one that can begin a minute before", 104, "08:00:00.000", true],
    ["one whose links close as the rest begins", 60, "13:30:00.000", true],
    ["one whose links have closed by then", 60, "13:30:00.001", false],
  ])("%s", async (_what, minutes, hour, is) => {
    const { asked } = await look({ visits: [minutes], hour: `2027-01-04T${hour}Z` });
    expect(asked.length > 0).toBe(is);
  });

  test("a call in a meeting that two visits share is of both", async () => {
    const { read, visits, isCounted } = await look({
      visits: [60, 60],
      listed: callAt("09:00"),
      more: ({ visits: kept }, _pass, [{ meeting }]) => ({
        visits: {
          ...kept,
          async byId(id) {
            const visit = await kept.byId(id);
            return visit && { ...visit, meeting };
          },
        },
      }),
    });
    expect(read).toEqual(["c-09:00", "c-09:00"]);
    for (const visit of visits) expect(await isCounted(visit)).toBe(true);
  });
});

describe("who was in a visit", () => {
  const reading = (fault: Error): Looked => ({
    listed: callAt("09:00"),
    more: ({ presences }) => ({ presences: { ...presences, isToBeRead: () => Promise.reject(fault) } }),
  });

  test.each([
    ["sealed by another key", new SealBroken("sealed for another")],
    ["not to be read", new UnreadableRecord("of another version")],
  ])("that is %s keeps its call from being read, is said, and hinders no other", async (_what, fault) => {
    const { asked, read, outcome, lines } = await look(reading(fault));
    expect([asked.length, read, outcome]).toEqual([12, [], DONE]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(fault.message);
  });

  test("is our mistake where the fault is another one", async () => {
    await expect(look(reading(new TypeError("a bug")))).rejects.toThrow("a bug");
  });
});

test("what is measured when Graph is back is counted, too, also where a part was measured before", async () => {
  const calls: CallRecord[] = [];
  let isAway = true;
  const callRecords: CallRecords = {
    async *begunIn(from) {
      await Promise.resolve();
      if (timeOf(from) !== "09:00") return;
      yield calls;
      if (isAway) throw AWAY;
    },
    qualityOf: () => Promise.resolve({ streams: 1, poorStreams: 0 }),
  };
  const deployment = reportsDeployment(undefined, callRecords);
  onTestFinished(() => deployment.close());
  const visit = await deployment.visit("0", 60);
  await deployment.until(new Date(visit.end.getTime() + 15 * MINUTE_MS));
  const of = { hour: "2027-01-04T09:00:00.000Z", look: "first" };
  const { signal } = new AbortController();
  const run = async () => {
    const outcome = await callsJob(deployment.picks)({
      id: "job",
      of,
      due: deployment.now(),
      tries: 1,
      signal,
    });
    await deployment.work();
    return [outcome, (await deployment.row(visit.id))?.quality?.streams];
  };
  calls.push(callOf(visit, "one"));
  expect(await run()).toEqual([LATER, 1]);
  calls.push(callOf(visit, "two"));
  isAway = false;
  expect(await run()).toEqual([DONE, 2]);
});
