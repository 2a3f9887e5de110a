/** What a round says of itself, whom it has prepared, and in which order the next day's meetings are looked at. */
import { describe, expect, test } from "vitest";
import type { FoundVisit } from "../../../../app/domain/found.ts";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import { searchedFor } from "../../../../app/flows/finding/knownBefore.ts";
import { lookAtMeetings, type LookedAt } from "../../../../app/flows/finding/lookAtMeetings.ts";
import { lookOver } from "../../../../app/flows/finding/lookOver.ts";
import { lookRound, newTurns, type Reach, type Turns } from "../../../../app/flows/finding/round.ts";
import { MeetingsFault, type MeetingLook } from "../../../../app/ports/meetings.ts";
import { jobId } from "../../../../app/records/jobs.ts";
import { UnreadableRecord } from "../../../../app/records/record.ts";
import { findingHospital, HOUR } from "../../../harness/findingHospital.ts";
import { connectionOf, departmentOf } from "../../../harness/findingDeployment.ts";

const signal = new AbortController().signal;
const LIMITED = { kind: "limited", retryAfterMs: 1 } as const;
const TOO_LARGE = { kind: "too-large", reason: "more than 4 MB" } as const;

function hospital(options: Parameters<typeof findingHospital>[0] = {}) {
  const opened = findingHospital(options);
  const { deployment } = opened;
  const round = async (
    reach: Reach,
    {
      since,
      of = "lamna",
      turns = newTurns(),
      more = {},
    }: { since?: Date; of?: string; turns?: Turns; more?: object } = {},
  ) => {
    const told: number[] = [];
    await lookRound(
      { ...deployment.parts, ...more },
      reach,
      { of, signal, ...(since && { since }), leftOut: (count) => void told.push(count) },
      turns,
    );
    return told.at(-1);
  };
  const lines = (event: string) =>
    deployment.logged.filter((line) => line.includes(`"${event}"`)).map((line) => JSON.parse(line) as object);
  return { ...opened, round, lines };
}

describe("a round", () => {
  test("that cannot read everything says each reason, the first one as its own", async () => {
    const { chart, round, book, look } = hospital();
    book();
    await look();
    chart.change("a", { location: "elsewhere" });
    chart.trouble = (request) => (request === "read" ? LIMITED : undefined);
    await expect(round("near")).rejects.toMatchObject({
      reason: "ehr.missing-unread",
      message: "not all visits could be read: missing-unread",
    });
    chart.skipped = 0;
    chart.trouble = (request) => (request === "search" ? LIMITED : undefined);
    await expect(round("near")).rejects.toMatchObject({
      reason: "ehr.limited",
      message: "not all visits could be read: limited",
    });
  });

  test("begins with what the one before has learned of answers that are too large, each reach by itself", async () => {
    const { chart, round, look } = hospital();
    await look();
    chart.trouble = (_request, search) =>
      search !== undefined && search.mostOnPage === undefined
        ? { kind: "too-large", reason: "more than 4 MB" }
        : undefined;
    const turns = newTurns();
    const searches: number[] = [];
    for (const reach of ["near", "near", "far", "far"] as const) {
      const before = chart.counts.searches;
      await round(reach, { turns });
      searches.push(chart.counts.searches - before);
    }
    expect(searches).toEqual([2, 1, 2, 1]);
  });

  test("is done where one half hour is too large: it is logged once, the check says it, and the others are found", async () => {
    const { chart, deployment, book, look, lines, found, check } = hospital();
    const large = deployment.inMinutes(5 * HOUR);
    book({ id: "other", start: deployment.inMinutes(10 * HOUR) });
    chart.trouble = (request, search) =>
      request === "search" && search !== undefined && search.from <= large && large < search.before
        ? TOO_LARGE
        : undefined;
    for (const reach of ["finding.near", "finding.near", "finding.far"] as const)
      expect(await look(reach)).toBe(true);
    expect((await found("other")).standing).toBe("on");
    expect(lines("visits.too_large")).toEqual(
      ["near", "far"].map(() => expect.objectContaining({ level: "warn", count: 1 }) as object),
    );
    expect((await check("visits-found"))?.fault).toContain(
      "visits that start in one half hour may not be known",
    );
    chart.trouble = () => undefined;
    deployment.forward(61);
    for (const reach of ["finding.near", "finding.far"] as const) expect(await look(reach)).toBe(true);
    expect(await check("visits-found")).toEqual({ name: "visits-found", of: "lamna" });
  });

  test("counts a location as searched only once each half hour was asked for", async () => {
    const { chart, deployment, look } = hospital();
    chart.trouble = (request, search) =>
      request === "search" &&
      search !== undefined &&
      search.before.getTime() - search.from.getTime() > 1_800_000
        ? TOO_LARGE
        : undefined;
    const days = async () =>
      (await deployment.parts.searched.of(searchedFor(connectionOf("lamna")))).get("loc-1");
    await look("finding.far");
    expect(await days()).toBeUndefined();
    chart.trouble = () => undefined;
    deployment.forward(15);
    await look("finding.far");
    expect(await days()).toBe(14);
  });

  test("names a gap before what is missing, and what was missed last", async () => {
    const { chart, deployment, round, book, look } = hospital();
    chart.pageSize = 1;
    for (const [id, minutes] of [
      ["first", 5],
      ["unshowable", 10],
      ["gone", HOUR],
      ["long ago", -3 * HOUR],
    ] as const)
      book({ id, start: deployment.inMinutes(minutes) });
    await look();
    chart.change("gone", { location: "elsewhere" });
    chart.unshowable.add("unshowable").add("long ago");
    chart.trouble = (request) => (request === "read" ? LIMITED : undefined);
    const since = deployment.inMinutes(-4 * HOUR);
    await expect(round("near", { since })).rejects.toMatchObject({
      reason: "ehr.not-fhir",
      message: "not all visits could be read: not-fhir, missing-unread, not-fhir",
    });
  });

  test("of a chart that is not asked says why, and of a connection that is gone nothing", async () => {
    const { deployment, round } = hospital();
    const standings = { of: () => Promise.resolve({ ok: false, reason: "no address" }) };
    await expect(round("near", { more: { standings } })).rejects.toMatchObject({
      name: "RoundBroken",
      reason: "ehr.unwell",
      message: "the chart is not asked: no address",
    });
    deployment.reset({ connections: [] });
    expect(await round("near")).toBeUndefined();
  });

  test("tells how much it could not read each time, and the log only when it is the far one", async () => {
    const { chart, round, book, lines } = hospital();
    book();
    chart.skipped = 2;
    expect(await round("near")).toBe(2);
    expect(lines("visits.unreadable")).toEqual([]);
    expect(await round("far")).toBe(2);
    expect(lines("visits.unreadable")).toMatchObject([{ connection: "lamna", count: 2 }]);
    chart.skipped = 0;
    expect(await round("far")).toBe(0);
    expect(lines("visits.unreadable")).toHaveLength(1);
    expect(lines("visits.rows_unreadable")).toEqual([]);
    expect(lines("visits.found_over")).toEqual([]);
  });

  test("counts a row of ours that cannot be read once, however many batches there are", async () => {
    const locations = Array.from({ length: 60 }, (_, index) => "loc-" + String(index + 100));
    const { deployment, round, book, lines } = hospital({
      departments: [departmentOf("lamna", { locations })],
    });
    book({ location: "loc-100" });
    await round("near");
    const id = "found-" + deployment.visitOf("lamna", "a");
    const row = await deployment.store.read("visits", "found", id);
    if (row === undefined) throw new Error("it was not kept");
    const { etag, ...kept } = row;
    await deployment.store.replace("visits", { ...kept, body: { v: 1, start: 7 } }, etag);
    deployment.forward(1);
    await round("far", { of: "lamna.2" });
    expect(lines("visits.rows_unreadable")).toEqual([]);
    await round("far");
    expect(lines("visits.rows_unreadable")).toMatchObject([{ connection: "lamna", count: 2 }]);
  });

  test.each([
    ["near", 150_000, false],
    ["near", 150_001, true],
    ["near", undefined, true],
    ["far", 2_250_000, false],
    ["far", 2_250_001, true],
  ] as const)(
    "that is %s, %s milliseconds after the last whole one, has tried at once what waits for the chart, or not",
    async (reach, since, isBack) => {
      const { chart, deployment, round, book } = hospital();
      await round("far");
      book();
      await round("near");
      const id = jobId("prepare", deployment.visitOf("lamna", "a"));
      const kept = await deployment.parts.jobs.read(id);
      if (kept === undefined) throw new Error("no job");
      const due = deployment.inMinutes(30);
      const lastFailure = { how: "not-now", reason: "ehr.down", at: deployment.now() } as const;
      await deployment.parts.jobs.write(kept, { ...kept.job, due, postponements: 1, lastFailure });
      chart.change("a", { start: deployment.inMinutes(2 * HOUR) });
      await round(reach, since === undefined ? {} : { since: new Date(deployment.now().getTime() - since) });
      expect((await deployment.parts.jobs.read(id))?.job.due).toEqual(isBack ? deployment.now() : due);
    },
  );

  test("has searched as far as it says only where it is the far one and was not given up", async () => {
    const { chart, deployment, round } = hospital();
    const known = async () => {
      const { fhirBaseUrl, visitTypes } = connectionOf("lamna");
      const wanted = { connectionId: "lamna", chart: JSON.stringify([fhirBaseUrl, visitTypes]) };
      return [...(await deployment.parts.searched.of(wanted))];
    };
    await round("near");
    expect(await known()).toEqual([]);
    chart.trouble = () => ({ kind: "limited", retryAfterMs: 1 });
    await expect(round("far")).rejects.toThrow("limited");
    expect(await known()).toEqual([]);
    chart.trouble = () => undefined;
    await round("far");
    expect(await known()).toEqual([["loc-1", 14]]);
  });

  test("leaves visits at locations that nobody searches alone, also where they are over or do not take place", async () => {
    const { deployment, look, round, book, found, chart } = hospital();
    book();
    book({ id: "over", start: deployment.inMinutes(-31) });
    book({ id: "missed", start: deployment.inMinutes(-10) });
    await look();
    chart.change("missed", { status: "noshow" });
    await look();
    deployment.reset({ departments: [departmentOf("lamna", { locations: ["loc-2"] })] });
    await round("near");
    expect(await found()).toMatchObject({ standing: "away", risk: "department-unknown" });
    expect((await found("over")).standing).toBe("on");
    expect((await found("missed")).standing).toBe("missed");
  });

  test("reads a hundred of the visits that it did not see, and says that others are left", async () => {
    const { chart, deployment, look, round, book, found } = hospital();
    for (let count = 0; count < 101; count++)
      book({ id: "v-" + String(count), start: deployment.inMinutes(HOUR + count) });
    await look();
    for (let count = 0; count < 101; count++) chart.change("v-" + String(count), { isVideo: false });
    chart.isSearchEmpty = true;
    await expect(round("near")).rejects.toMatchObject({ reason: "ehr.missing-unread" });
    const all = await Promise.all(
      Array.from({ length: 101 }, async (_, count) => found("v-" + String(count))),
    );
    expect(all.filter(({ standing }) => standing === "away")).toHaveLength(100);
    await round("near");
  });

  test("reads no visit that is over, or whose location is another batch's", async () => {
    const { chart, deployment, look, round, book } = hospital();
    book({ start: deployment.inMinutes(-31) });
    await look();
    chart.isSearchEmpty = true;
    const { reads } = chart.counts;
    await round("near");
    expect(chart.counts.reads).toBe(reads);
    book({ id: "coming" });
    chart.isSearchEmpty = false;
    await look();
    // Fifty locations come before its own, so it is in the second batch.
    const before = Array.from({ length: 50 }, (_, index) => "a-" + String(index));
    deployment.reset({ departments: [departmentOf("lamna", { locations: [...before, "loc-1"] })] });
    chart.isSearchEmpty = true;
    const readSoFar = chart.counts.reads;
    await round("near");
    expect(chart.counts.reads).toBe(readSoFar);
    await round("near", { of: "lamna.2" });
    expect(chart.counts.reads).toBe(readSoFar + 1);
  });
});

describe("the meetings of the next day", () => {
  const NOW = Date.parse("2027-01-04T08:00:00Z");
  const soon = (id: string, minutes: number): FoundVisit => ({
    id: id as VisitId,
    connectionId: "lamna",
    departmentId: "clinic",
    location: "loc-1",
    start: new Date(NOW + minutes * 60_000),
    end: new Date(NOW + (minutes + 30) * 60_000),
    standing: "on",
    seen: "s",
    firstSeen: new Date(NOW),
    changes: 1,
    hasMeeting: true,
  });
  const looking = async (
    visits: readonly FoundVisit[],
    answer: (id: string) => MeetingLook | Error = () => "as-asked",
    lookedAt: LookedAt = new Map(),
    stopped = signal,
  ) => {
    const { deployment } = findingHospital();
    const [asked, prepared]: [string[], string[]] = [[], []];
    const came = { damaged: 0 };
    const parts = {
      ...deployment.parts,
      visits: {
        ...deployment.parts.visits,
        async lookAtMeeting(id: VisitId): Promise<MeetingLook> {
          await Promise.resolve();
          asked.push(id);
          const given = answer(id);
          if (given instanceof Error) throw given;
          return given;
        },
      },
    };
    const prepare = (id: VisitId) => {
      prepared.push(id);
      return Promise.resolve();
    };
    await lookAtMeetings({ parts, connectionId: "lamna", signal: stopped, prepare, came }, visits, lookedAt);
    return { asked, prepared, came, lookedAt };
  };
  const fault = (reason: MeetingsFault["reason"]) => new MeetingsFault(reason, "Teams says no");

  test("those that start within the hour come first, then those that were looked at longest ago", async () => {
    const before = new Map([
      ["far-1", 3],
      ["far-2", 1],
      ["next-1", 9],
      ["next-2", 8],
    ] as [VisitId, number][]);
    const visits = [
      soon("far-1", 200),
      soon("far-2", 300),
      soon("next-1", 59),
      soon("hour", 60),
      soon("next-2", 10),
      soon("under-way", -10),
    ];
    const { asked, lookedAt } = await looking(visits, undefined, new Map([["lamna", before]]));
    expect(asked).toEqual(["under-way", "next-2", "next-1", "hour", "far-2", "far-1"]);
    expect([...(lookedAt.get("lamna") ?? [])]).toEqual(visits.map(({ id }) => [id, NOW]));
  });

  test("a hundred are looked at in a round, and what is remembered is of those that are soon", async () => {
    const visits = Array.from({ length: 101 }, (_, index) => soon("v-" + String(index), 200 + index));
    const { asked, lookedAt } = await looking(
      visits,
      undefined,
      new Map([["lamna", new Map([["gone" as VisitId, 5]])]]),
    );
    expect(asked).toHaveLength(100);
    expect(lookedAt.get("lamna")?.size).toBe(101);
    expect(lookedAt.get("lamna")?.get("v-100" as VisitId)).toBe(0);
  });

  test("whoever's is not as it was asked for is prepared, and whose account has lost its policy", async () => {
    const answers: Readonly<Record<string, MeetingLook | Error>> = {
      gone: "gone",
      other: "other",
      policy: fault("access-policy"),
      refused: fault("refused"),
      away: fault("unavailable"),
      damaged: new UnreadableRecord("a row"),
    };
    const visits = ["well", ...Object.keys(answers)].map((id) => soon(id, 200));
    const { prepared, came } = await looking(visits, (id) => answers[id] ?? "as-asked");
    expect(prepared.toSorted()).toEqual(["gone", "other", "policy"]);
    expect(came.damaged).toBe(1);
    await expect(looking([soon("bug", 1)], () => new TypeError("a bug"))).rejects.toThrow("a bug");
  });

  test("where Teams is away three times in a row, the others are not asked for, and keep their turn", async () => {
    const visits = Array.from({ length: 40 }, (_, index) => soon("v-" + String(index + 10), 200));
    const away = await looking(visits, () => fault("unavailable"));
    expect(away.asked.length).toBeGreaterThanOrEqual(3);
    // Four meetings are asked for at a time.
    expect(away.asked.length).toBeLessThan(8);
    expect([...(away.lookedAt.get("lamna")?.values() ?? [])].filter((at) => at === 0)).toHaveLength(
      40 - away.asked.length,
    );
    let count = 0;
    const nowAndThen = await looking(visits, () => (++count % 4 === 0 ? "as-asked" : fault("refused")));
    expect(nowAndThen.asked).toHaveLength(40);
    count = 0;
    const oneOfTwo = await looking(visits, () => (++count % 2 === 0 ? "as-asked" : fault("unavailable")));
    expect(oneOfTwo.asked).toHaveLength(40);
  });

  test("a process that stops asks for no other", async () => {
    const { asked } = await looking([soon("a", 10)], undefined, undefined, AbortSignal.abort());
    expect(asked).toEqual([]);
  });
});

describe("looking over the next day", () => {
  /** Runs a round over these visits. @returns which are prepared anew, and for whose meetings Teams is asked */
  const over = async (
    changes: (deployment: ReturnType<typeof findingHospital>["deployment"]) => Partial<FoundVisit>,
    {
      minutes = HOUR,
      links = true,
      connections,
    }: { minutes?: number; links?: boolean; connections?: [] } = {},
  ) => {
    const opened = findingHospital({ connections: [connectionOf("lamna", { writeBack: { links } })] });
    const { deployment, book, look } = opened;
    book({ start: deployment.inMinutes(minutes) });
    await look();
    const id = deployment.visitOf("lamna", "a");
    await deployment.parts.foundVisits.edit(id, (found) => ({ found: { ...found, ...changes(deployment) } }));
    if (connections !== undefined) deployment.reset({ connections });
    deployment.teams.looks = 0;
    await lookOver(deployment.parts, { of: "lamna", signal }, new Map());
    const state = (await deployment.parts.jobs.read(jobId("prepare", id)))?.job.state;
    return [state === "waiting" ? "prepared" : "let be", deployment.teams.looks];
  };

  test.each<[what: string, changes: Parameters<typeof over>[0], came: [string, number]]>([
    ["is well", () => ({}), ["let be", 1]],
    ["is at risk", () => ({ risk: "not-let-in" }), ["prepared", 0]],
    ["has no meeting", () => ({ hasMeeting: false }), ["prepared", 0]],
    ["may have lost its meeting", (deployment) => ({ meetingGone: deployment.now() }), ["prepared", 0]],
    ["has other links in the chart", () => ({ links: "others" }), ["prepared", 0]],
    ["does not take place", () => ({ standing: "away" }), ["let be", 0]],
    ["is over", (deployment) => ({ end: deployment.now() }), ["let be", 0]],
  ])(
    "a visit that %s is prepared anew, or its meeting is looked at, or neither",
    async (_, changes, came) => {
      expect(await over(changes)).toEqual(came);
    },
  );

  test("reaches a day ahead, asks nothing of links that are not written, and nothing of a connection that is gone", async () => {
    expect(await over(() => ({}), { minutes: 24 * HOUR - 1 })).toEqual(["let be", 1]);
    expect(await over(() => ({ risk: "no-link" }), { minutes: 24 * HOUR })).toEqual(["let be", 0]);
    expect(await over(() => ({ links: "others" }), { links: false })).toEqual(["let be", 1]);
    expect(await over(() => ({ risk: "no-link" }), { connections: [] })).toEqual(["let be", 0]);
  });

  test("stops with the process", async () => {
    const { deployment, book, look } = findingHospital();
    book();
    await look();
    const turn = { of: "lamna", signal: AbortSignal.abort(new Error("the process stops")) };
    await expect(lookOver(deployment.parts, turn, new Map())).rejects.toThrow("the process stops");
  });
});
