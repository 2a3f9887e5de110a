/** What preparing a visit keeps with it, and when it is tried again, by what the chart and Teams say to it. */
import { describe, expect, test } from "vitest";
import type { FoundVisit, Risk } from "../../../../app/domain/found.ts";
import { prepareJob } from "../../../../app/flows/finding/prepare.ts";
import type { Trouble } from "../../../../app/ports/systemEhr.ts";
import { findingHospital, HOUR } from "../../../harness/findingHospital.ts";
import { connectionOf } from "../../../harness/findingDeployment.ts";

const DONE = { kind: "done" };
const AWAY = { afterSeconds: 30, growsToSeconds: 300 };
const REFUSED = { afterSeconds: 30, growsToSeconds: 900 };

/** A visit that was found and is not prepared yet. */
async function visit(minutes = HOUR, options: Parameters<typeof findingHospital>[0] = {}) {
  const opened = findingHospital(options);
  const { deployment, book, found } = opened;
  book({ start: deployment.inMinutes(minutes) });
  await deployment.round("finding.near", "lamna");
  const id = deployment.visitOf("lamna", "a");
  const prepare = (more: object = {}, of = { visit: id as string }) =>
    prepareJob({ ...deployment.parts, ...more })({
      id: "job",
      of,
      due: deployment.now(),
      tries: 1,
      signal: new AbortController().signal,
    });
  const kept = async (change: Partial<FoundVisit>) =>
    deployment.parts.foundVisits.edit(id, (one) => ({ found: { ...one, ...change } }));
  /** Whether the visit has its meeting, and the chart its links. */
  const has = async () => [(await found()).hasMeeting, opened.chart.booked.get("a")?.patient !== undefined];
  return { ...opened, id, prepare, kept, has };
}

test("a visit that is prepared is ready, and counts as prepared for what the chart says of it by then", async () => {
  const { prepare, has, found, deployment, chart } = await visit();
  expect(await prepare()).toEqual(DONE);
  const now = await found();
  expect([await has(), now.ready, now.prepared]).toEqual([[true, true], deployment.now(), now.seen]);
  for (const member of ["risk", "late", "restored", "meetingGone"]) expect(now).not.toHaveProperty(member);
  // What was written is what was seen last, so the next look finds nothing new.
  await deployment.round("finding.near", "lamna");
  expect(await found()).toEqual(now);
  const { reads, writes } = chart.counts;
  deployment.forward(1);
  expect([await prepare(), (await found()).ready]).toEqual([DONE, now.ready]);
  expect([chart.counts.reads, chart.counts.writes]).toEqual([reads + 1, writes]);
});

test.each<[what: string, change: (now: Date) => Partial<FoundVisit>, isPrepared: boolean]>([
  ["ends at this moment", (now) => ({ end: now }), false],
  ["ends a moment later", (now) => ({ end: new Date(now.getTime() + 1) }), true],
  ["was missed", () => ({ standing: "missed" }), true],
  ["is away", () => ({ standing: "away" }), true],
  ["is canceled", () => ({ standing: "cancelled" }), false],
])("one that %s is read, or is not", async (_, change, isPrepared) => {
  const { prepare, kept, chart, deployment } = await visit();
  await kept(change(deployment.now()));
  const { reads } = chart.counts;
  expect(await prepare()).toEqual(DONE);
  expect(chart.counts.reads > reads).toBe(isPrepared);
});

test.each<[what: string, isCanceled: boolean, standing: string]>([
  ["stays missed", false, "missed"],
  ["is away where a launch has read that it is canceled", true, "away"],
])("one that was missed and is not shown %s", async (_, isCanceled, standing) => {
  const { prepare, kept, chart, deployment, found } = await visit();
  await prepare();
  await kept({ standing: "missed" });
  if (isCanceled) await deployment.parts.visits.cancel("lamna", "a");
  chart.change("a", { isHidden: true });
  expect(await prepare()).toEqual(DONE);
  expect((await found()).standing).toBe(standing);
});

test("one that nobody knows is not prepared, nor one whose connection is gone", async () => {
  const { prepare, deployment, has } = await visit();
  expect(await prepare({}, { visit: "AAAAAAAAAAAAAAAA" })).toEqual(DONE);
  deployment.reset({ connections: [] });
  expect([await prepare(), await has()]).toEqual([DONE, [false, false]]);
});

test("one whose department is gone says so, and is not tried again for that", async () => {
  const { prepare, deployment, has, found } = await visit();
  const hospital = { ...deployment.parts.hospital, department: () => Promise.resolve(undefined) };
  expect([await prepare({ hospital }), await has()]).toEqual([DONE, [false, false]]);
  const { risk, seen, prepared } = await found();
  expect([risk, prepared]).toEqual(["department-unknown", seen]);
});

describe("where the chart is silent", () => {
  const TROUBLES: readonly [trouble: Trouble | "unwell", risk: Risk | undefined, later: object][] = [
    ["unwell", "chart-silent", { reason: "ehr.unwell", ...AWAY }],
    [{ kind: "down", reason: "ill" }, "chart-silent", { reason: "ehr.down", ...AWAY }],
    [{ kind: "limited", retryAfterMs: 9_000 }, "chart-silent", { reason: "ehr.limited", afterSeconds: 9 }],
    [{ kind: "not-fhir", reason: "ill" }, "chart-silent", { reason: "ehr.not-fhir", ...REFUSED }],
    [{ kind: "shut-out", why: "scopes", reason: "no" }, "not-let-in", { reason: "ehr.scopes", ...REFUSED }],
    [
      { kind: "busy", retryAfterMs: 15_000 },
      undefined,
      { reason: "ehr.busy", afterSeconds: 15, growsToSeconds: 240 },
    ],
  ];
  const unwell = { standings: { of: () => Promise.resolve({ ok: false, reason: "no address" }) } };

  test.each(TROUBLES)(
    "(%j) the visit is at risk, unless it is only we who are too busy",
    async (trouble, risk, later) => {
      const { prepare, chart, found } = await visit();
      if (trouble !== "unwell") chart.trouble = (request) => (request === "read" ? trouble : undefined);
      expect(await prepare(trouble === "unwell" ? unwell : {})).toEqual({ kind: "not-now", ...later });
      expect((await found()).risk).toBe(risk);
    },
  );

  test.each<[what: string, change: (now: Date) => Partial<FoundVisit>, risk: Risk | undefined]>([
    ["that was ready is not at risk for that", (now) => ({ ready: now }), undefined],
    ["that does not take place is not", () => ({ standing: "away", risk: "not-video" }), "not-video"],
    ["at risk for another reason stays so", () => ({ risk: "foreign-link" }), "foreign-link"],
    ["that was not let in stays silent", () => ({ risk: "not-let-in" }), "chart-silent"],
  ])("a visit %s", async (_, change, risk) => {
    const { prepare, chart, found, kept, deployment } = await visit();
    await kept(change(deployment.now()));
    chart.trouble = (request) => (request === "read" ? { kind: "down", reason: "ill" } : undefined);
    expect(await prepare()).toMatchObject({ kind: "not-now" });
    expect((await found()).risk).toBe(risk);
  });

  test("and Teams does not show its meeting either, the visit is tried again for that, which is sooner", async () => {
    for (const trouble of [
      { kind: "down", reason: "ill" },
      { kind: "busy", retryAfterMs: 240_000 },
    ] as const) {
      const { prepare, chart, found, kept, deployment, id } = await visit();
      await prepare();
      const meeting = (await deployment.parts.visits.byId(id))?.meeting.id ?? "";
      deployment.teams.deleted.add(meeting);
      const meetingGone = deployment.inMinutes(-1);
      await kept({ meetingGone });
      chart.trouble = (request) => (request === "read" ? trouble : undefined);
      expect(await prepare()).toEqual({ kind: "not-now", reason: "meeting.not-shown", afterSeconds: 120 });
      expect(await found()).toMatchObject({ risk: "meeting-not-shown", meetingGone });
      deployment.teams.deleted.clear();
      expect(await prepare()).toMatchObject({ reason: "ehr." + trouble.kind });
      expect(await found()).not.toHaveProperty("meetingGone");
    }
  });

  test("because we are too busy, Teams is asked for no meeting that it has shown", async () => {
    const { prepare, chart, deployment } = await visit();
    await prepare();
    deployment.teams.looks = 0;
    chart.trouble = (request) => (request === "read" ? { kind: "busy", retryAfterMs: 9_000 } : undefined);
    await prepare();
    expect(deployment.teams.looks).toBe(0);
  });
});

describe("a visit that is ready only after its start", () => {
  test.each<[what: string, minutes: number, risk: Risk | undefined, late: Risk | undefined]>([
    ["is ready at its start", 0, undefined, undefined],
    ["was found late", -1, undefined, "found-late"],
    ["could not be prepared before", -1, "no-access-policy", "no-access-policy"],
  ])("says for good why, if it %s", async (_, minutes, risk, late) => {
    const { prepare, kept, found, deployment } = await visit(minutes);
    if (risk !== undefined) await kept({ risk });
    await prepare();
    expect(await found()).toMatchObject({ ready: deployment.now() });
    expect((await found()).late).toBe(late);
    await kept({ late: "no-meeting" });
    await prepare();
    expect((await found()).late).toBe("no-meeting");
  });

  test("is not ready without its meeting, or while anything is at risk", async () => {
    const far = await visit(47 * HOUR);
    far.deployment.forward(-2 * HOUR);
    expect([await far.prepare(), (await far.found()).ready]).toEqual([DONE, undefined]);
    expect(await far.has()).toEqual([false, true]);
    const risky = await visit(HOUR, { connections: [connectionOf("lamna")] });
    risky.chart.change("a", { order: "other" });
    expect([await risky.prepare(), (await risky.found()).ready]).toEqual([DONE, undefined]);
    expect((await risky.found()).risk).toBe("rooms-other");
  });
});

test("what Teams and the chart both say is wrong is said of Teams, and the links are kept", async () => {
  const { prepare, deployment, found, chart, has } = await visit();
  deployment.teams.fault = "refused";
  expect(await prepare()).toEqual({ kind: "not-now", reason: "graph.refused", ...REFUSED });
  expect([await has(), (await found()).risk]).toEqual([[false, true], "meeting-refused"]);
  expect((await found()).links).toBeDefined();
  chart.change("a", { order: "other", provider: "x", patient: "y" });
  await prepare();
  expect((await found()).risk).toBe("meeting-refused");
  expect(await found()).not.toHaveProperty("links");
  deployment.teams.fault = undefined;
  await prepare();
  expect((await found()).risk).toBe("foreign-link");
});

test.each<[what: string, change: Partial<FoundVisit>]>([
  ["seen", { seen: "something else" }],
  ["told", { changes: 9 }],
])(
  "what was %s of a visit while it was prepared is not lost, and is prepared for anew",
  async (_, change) => {
    const { prepare, deployment, found, kept } = await visit();
    const { seen } = await found();
    const open = deployment.teams.open.bind(deployment.teams);
    deployment.teams.open = async (wanted) => {
      await kept(change);
      return open(wanted);
    };
    await prepare();
    expect(await found()).toMatchObject({ seen, ...change, hasMeeting: true });
    expect(await found()).not.toHaveProperty("prepared");
  },
);

test("a visit that does not take place any more keeps nothing of what came of preparing it", async () => {
  const { prepare, deployment, found, kept } = await visit();
  const open = deployment.teams.open.bind(deployment.teams);
  deployment.teams.open = async (wanted) => {
    await kept({ standing: "away", risk: "not-shown" });
    return open(wanted);
  };
  expect(await prepare()).toEqual(DONE);
  expect(await found()).toMatchObject({ standing: "away", risk: "not-shown", hasMeeting: false });
});

test("while we are too busy to write, what is known of the links stays, and what Teams says is kept", async () => {
  const { prepare, deployment, found, chart, id } = await visit();
  await prepare();
  const { links } = await found();
  const meeting = (await deployment.parts.visits.byId(id))?.meeting.id ?? "";
  deployment.teams.deleted.add(meeting);
  chart.change("a", { minutes: 31 });
  chart.trouble = (request) => (request === "write" ? { kind: "busy", retryAfterMs: 15_000 } : undefined);
  expect(await prepare()).toEqual({ kind: "not-now", reason: "meeting.not-shown", afterSeconds: 120 });
  expect(await found()).toMatchObject({ links, risk: "meeting-not-shown", meetingGone: deployment.now() });
  deployment.teams.deleted.clear();
  expect(await prepare()).toMatchObject({ reason: "ehr.write.busy" });
  expect((await found()).risk).toBeUndefined();
});
