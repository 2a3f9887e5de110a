/** Which messages come up at each look at what has changed, and at what starts soon. */
import { expect, test } from "vitest";
import { messageRulesOf } from "../../../../app/domain/defaults.ts";
import type { FoundVisit } from "../../../../app/domain/found.ts";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import { messagesFlow } from "../../../../app/flows/messages/messages.ts";
import type { MessagePicks } from "../../../../app/flows/messages/parts.ts";
import { planner } from "../../../../app/flows/messages/plan.ts";
import { jobId } from "../../../../app/records/jobs.ts";
import type { VisitChange } from "../../../../app/records/visitChanges.ts";
import { connectionOf, departmentOf } from "../../../harness/findingDeployment.ts";
import { NOTHING_UNKNOWN, type Unknown } from "../../../../app/records/portalTexting.ts";

const NOW = new Date("2027-01-04T12:00:00Z");
const MINUTE_MS = 60_000;
const inMinutes = (minutes: number) => new Date(NOW.getTime() + minutes * MINUTE_MS);
const inMinutesOf = (moment: Date) => (moment.getTime() - NOW.getTime()) / MINUTE_MS;
const DAY = 24 * 60;
const VISIT = "AAAAAAAAAAAAAAAA" as VisitId;
const OTHER = "BBBBBBBBBBBBBBBB" as VisitId;
const FOUND = {
  ...{ id: VISIT, standing: "on", start: inMinutes(15), end: inMinutes(45) },
  ...{ firstSeen: inMinutes(-DAY), departmentId: "lamna-clinic" },
} as const;
const { system: _none, ...withoutClient } = connectionOf("lamna");

interface Said {
  readonly changes?: readonly (readonly VisitChange[])[];
  readonly unreadableChanges?: readonly Pick<VisitChange, "visit" | "number" | "at">[];
  readonly unreadableVisits?: readonly Pick<FoundVisit, "id" | "start">[];
  readonly found?: readonly Partial<FoundVisit>[];
  /** Visits that are awaited at another start than theirs. */
  readonly awaited?: readonly { readonly found: Partial<FoundVisit>; readonly at: Date }[];
  /** The jobs were made before, as by another process. */
  readonly areThere?: true;
  readonly isSilent?: boolean;
  readonly isLive?: boolean;
  readonly connection?: ReturnType<typeof connectionOf> | "none";
  readonly hours?: { readonly from: string; readonly to: string };
  readonly timeZone?: string;
  readonly unknown?: Unknown;
  readonly isUnknown?: true;
}

function hospital(said: Said = {}) {
  const { changes = [], unreadableChanges = [], unreadableVisits = [] } = said;
  const asked: unknown[] = [];
  const ranges: (readonly [string, Date, Date])[] = [];
  const added: { readonly key: string; readonly due: Date; readonly of: object }[] = [];
  const warned: unknown[] = [];
  /** The ids of jobs that were there and are looked at anew. */
  const changed: string[] = [];
  /** The ids of jobs that the store refuses. */
  const refused = new Set<string>();
  const connection = said.connection === "none" ? undefined : (said.connection ?? connectionOf("lamna"));
  const parts = {
    environment: "production",
    foundVisits: {
      async *awaitedBetween() {
        await Promise.resolve();
        for (const { found, at } of said.awaited ?? []) yield { found: { ...FOUND, ...found }, at };
      },
      async *between(of: string, from: Date, before: Date) {
        await Promise.resolve();
        ranges.push([of, from, before]);
        if (unreadableVisits.length > 0) yield { found: [], unreadable: unreadableVisits };
        for (const one of said.found ?? [])
          yield {
            unreadable: [],
            found: [{ ...FOUND, ...one }],
          };
      },
    },
    hospital: {
      connections: () => Promise.resolve([connectionOf("lamna"), { ...withoutClient, id: "other" }]),
      stackConnections: [],
      connection: (id: string) => Promise.resolve(id === "lamna" ? connection : undefined),
      departments: () => Promise.resolve([departmentOf("lamna", { timeZone: said.timeZone ?? "UTC" })]),
    },
    jobs: {
      add(job: (typeof added)[number]) {
        if (refused.has(job.key)) return Promise.reject(new Error("not " + job.key));
        added.push(job);
        return Promise.resolve(said.areThere === true ? "known" : "added");
      },
      change(id: string) {
        changed.push(id);
        return Promise.resolve(undefined);
      },
    },
    log: { warn: (...entry: unknown[]) => void warned.push(entry) },
    messageRules: {
      ...messageRulesOf("production", said.hours && { hours: said.hours }),
      ...(said.isUnknown && { isUnknown: said.isUnknown }),
    },
    messaging:
      said.isSilent === true
        ? undefined
        : {
            isLive: said.isLive ?? true,
            textsPatientsOf: () => true,
            unknown: said.unknown ?? NOTHING_UNKNOWN,
          },
    queue: { now: () => NOW },
    visitChanges: {
      readSlice(query: { readonly continuation?: string }) {
        asked.push(query);
        const at = Number(query.continuation ?? 0);
        const next = at + 1 < changes.length ? { next: String(at + 1) } : {};
        return Promise.resolve({ changes: changes[at] ?? [], unreadable: unreadableChanges, ...next });
      },
    },
  };
  const textingNow = { said: undefined, current: () => ({ whyNotTexted: () => "not-said" }) };
  const flow = messagesFlow({ ...parts, textingNow } as unknown as Parameters<typeof messagesFlow>[0]);
  return {
    plan: planner(parts as unknown as MessagePicks),
    flow,
    asked,
    ranges,
    added,
    changed,
    warned,
    refused,
  };
}
const { signal } = new AbortController();
const change = (more: Partial<VisitChange> = {}): VisitChange => ({
  ...{ visit: VISIT, number: 1, change: "new", connectionId: "lamna" },
  ...{ at: inMinutes(-1), start: inMinutes(DAY), end: inMinutes(DAY + 30) },
  ...more,
});
const keptIn = (moments: Date[]) => (moment: Date) => {
  moments.push(moment);
  return Promise.resolve();
};
const job = (what: string, due: Date, as = "live", visit = VISIT) => ({
  ...{ kind: "message", key: visit + " " + what, of: { visit, what, by: "any", as }, due },
});

test.each([
  ["the first look, begun by the release before,", {}, 10],
  ["the first look", { begun: NOW }, 10],
  ["a first look that failed for half an hour", { begun: inMinutes(-30) }, 40],
  ["a first look that failed for days", { begun: inMinutes(-3 * DAY) }, DAY],
  ["a look a minute after the last", { begun: inMinutes(-7 * DAY), since: inMinutes(-1) }, 3],
  ["a look that others had begun", { since: inMinutes(-30), reached: inMinutes(-12) }, 12],
  ["a first look that others had begun", { begun: inMinutes(-30), reached: inMinutes(-12) }, 12],
  [
    "a look a minute after the last, long after others had begun one",
    { since: inMinutes(-1), reached: inMinutes(-9) },
    3,
  ],
  ["a look a week after the last", { begun: inMinutes(-9 * DAY), since: inMinutes(-7 * DAY) }, DAY],
  ["a look after one of a clock that was ahead", { begun: inMinutes(-60), since: inMinutes(1) }, 70],
  ["a first look by a clock that was ahead", { begun: inMinutes(60) }, 10],
  ["a look that a clock that was ahead had begun", { since: inMinutes(-5), reached: inMinutes(58) }, 7],
])("%s goes back as far as it should", async (_what, turn, minutes) => {
  const { plan, asked } = hospital();
  await plan.changes({ signal, ...turn });
  expect(asked).toEqual([{ from: inMinutes(-minutes), limit: 100 }]);
});

test("each change comes up when it is seen, a move two minutes later, page by page, and each once", async () => {
  const moved = change({ number: 2, change: "moved" });
  const { plan, asked, added } = hospital({ changes: [[change()], [moved], [change({ visit: OTHER })]] });
  await plan.changes({ since: NOW, signal });
  const from = inMinutes(-2);
  expect(asked).toEqual([
    { from, limit: 100 },
    ...["1", "2"].map((continuation) => ({ from, limit: 100, continuation })),
  ]);
  expect(added).toEqual([
    job("change-1", inMinutes(-1)),
    job("change-2", inMinutes(1)),
    job("change-1", inMinutes(-1), "live", OTHER),
  ]);
  await plan.changes({ since: NOW, signal });
  expect(added).toHaveLength(3);
});

test.each<[what: string, said: Said]>([
  ["in the pilot", { isLive: false }],
  ["of a connection that is gone", { connection: "none" }],
])("what comes up %s says so", async (_what, said) => {
  const { plan, added } = hospital({ changes: [[change()]], ...said });
  await plan.changes({ since: NOW, signal });
  expect(added).toEqual([job("change-1", inMinutes(-1), "pilot")]);
});

test("what comes up while nobody can say whether it is the pilot does not come up in it", async () => {
  const unknown = { ...NOTHING_UNKNOWN, isLive: true };
  const { plan, added } = hospital({ changes: [[change()]], isLive: false, unknown });
  await plan.changes({ since: NOW, signal });
  expect(added).toEqual([job("change-1", inMinutes(-1), "live")]);
});

test.each([
  ["from a start that is as near", 1, -1],
  ["from another start", 2, 1],
])("a move %s has its job in time for that", async (_what, from, due) => {
  const moved = change({ number: 2, change: "moved", start: inMinutes(3 * DAY), movedFrom: inMinutes(from) });
  const { plan, added } = hospital({ changes: [[moved]] });
  await plan.changes({ since: NOW, signal });
  expect(added).toEqual([job("change-2", inMinutes(due))]);
});

test("a visit that is put to a time whose reminders have passed has their jobs after the change's, once for each change", async () => {
  const moved = change({ number: 2, change: "moved", start: inMinutes(10), end: inMinutes(40) });
  const due = inMinutes(1);
  const start = inMinutes(10);
  const both = ["reminder-1440-", "reminder-15-"].map((what) => job(what + start.toISOString(), due));
  const { plan, added } = hospital({ changes: [[moved]] });
  await plan.changes({ since: NOW, signal });
  await plan.changes({ since: NOW, signal });
  expect(added).toEqual([job("change-2", due), ...both]);
  const again = hospital({ changes: [[moved, { ...moved, number: 3 }]] });
  await again.plan.changes({ since: NOW, signal });
  expect(again.added).toEqual([job("change-2", due), ...both, job("change-3", moved.at), ...both]);
  const none = connectionOf("lamna", { messages: { kinds: ["update"] } });
  for (const said of [
    { changes: [[change({ start })]] },
    { changes: [[{ ...moved, change: "cancelled" as const }]] },
    { changes: [[{ ...moved, start: inMinutes(-1) }]] },
    { changes: [[{ ...moved, start: NOW }]] },
    { changes: [[{ ...moved, start: inMinutes(3 * DAY) }]] },
    { changes: [[moved]], connection: none },
    { changes: [[moved]], connection: "none" as const },
  ]) {
    const other = hospital(said);
    await other.plan.changes({ since: NOW, signal });
    expect(other.added.map(({ key }) => key)).toEqual([expect.stringMatching(/ change-\d$/)]);
  }
  const guessed = hospital({ changes: [[moved]], connection: none, isUnknown: true });
  await guessed.plan.changes({ since: NOW, signal });
  expect(guessed.added).toEqual([job("change-2", due), ...both]);
});

test("of what another process has made only reminders that wait for a change are looked at anew", async () => {
  const moved = change({ number: 2, change: "moved", start: inMinutes(10), end: inMinutes(40) });
  const { plan, added, changed } = hospital({ changes: [[change(), moved]], found: [{}], areThere: true });
  await plan.reminders({ of: "lamna", signal });
  expect([added.length > 0, changed]).toEqual([true, []]);
  await plan.changes({ since: NOW, signal });
  expect(changed).toEqual(
    [1440, 15].map((before) =>
      jobId("message", `${VISIT} reminder-${String(before)}-${moved.start.toISOString()}`),
    ),
  );
});

test("a visit that was kept no more and is found anew has a job for each of its changes", async () => {
  const { plan, added } = hospital({ changes: [[change(), change({ at: NOW })]] });
  await plan.changes({ since: NOW, signal });
  expect(added).toEqual([job("change-1", inMinutes(-1)), job("change-1", NOW)]);
});

test("a look has come no further than a change whose reminder the store does not take", async () => {
  const moved = change({ number: 2, change: "moved", start: inMinutes(10), at: inMinutes(-30) });
  const { plan, refused } = hospital({ changes: [[moved, change({ at: inMinutes(-20) })]] });
  refused.add(VISIT + " reminder-1440-" + inMinutes(10).toISOString());
  const moments: Date[] = [];
  const look = plan.changes({ since: inMinutes(-60), signal, reach: keptIn(moments) });
  await expect(look).rejects.toThrow("not " + VISIT);
  expect(moments).toEqual([inMinutes(-30)]);
  const late = hospital({ changes: [[{ ...moved, at: inMinutes(-1) }]] });
  late.refused.add(VISIT + " change-2");
  const looked = late.plan.changes({ since: inMinutes(-60), signal, reach: keptIn(moments) });
  await expect(looked).rejects.toThrow("not " + VISIT);
  expect(moments.at(-1)).toEqual(inMinutes(-2));
});

test("a visit that its patient awaits at another start than the chart has is reminded of there, if it is put back", async () => {
  const at = inMinutes(15);
  const found = { start: inMinutes(DAY), end: inMinutes(DAY + 30) };
  const awaited = [
    { found: { ...found, standing: "away" as const }, at },
    { found: { ...found, id: OTHER, standing: "cancelled" as const }, at },
  ];
  const { plan, added } = hospital({ ...always, awaited });
  await plan.reminders({ of: "lamna", signal });
  expect(added).toEqual([job(reminder(at), NOW)]);
});

test("without Communication Services nothing is looked at", async () => {
  const { plan, asked, ranges } = hospital({ changes: [[change()]], found: [{}], isSilent: true });
  await plan.changes({ signal });
  await plan.reminders({ of: "lamna", signal });
  expect([asked, ranges]).toEqual([[], []]);
});

test("changes that cannot be read are counted in the log, and come up with the others: their jobs wait for the rows", async () => {
  const unreadableChanges = [
    { visit: OTHER, number: 3, at: inMinutes(-1) },
    { visit: OTHER, number: 4, at: inMinutes(0) },
  ];
  const { plan, added, warned } = hospital({ changes: [[change()]], unreadableChanges, isLive: false });
  await plan.changes({ since: NOW, signal });
  // How patients were told when it came up is not known, which stands against nothing.
  expect(added).toEqual([
    job("change-3", inMinutes(-1), "live", OTHER),
    job("change-4", inMinutes(0), "live", OTHER),
    job("change-1", inMinutes(-1), "pilot"),
  ]);
  expect(warned).toEqual([["changes.rows_unreadable", { count: 2 }]]);
  const whole = hospital({ changes: [[change()]] });
  await whole.plan.changes({ since: NOW, signal });
  expect(whole.warned).toEqual([]);
});

test("what the store does not take hinders none of the others, fails the look, and comes up at the next one", async () => {
  const { plan, added, refused } = hospital({ changes: [[change(), change({ visit: OTHER })]] });
  refused.add(VISIT + " change-1");
  await expect(plan.changes({ since: NOW, signal })).rejects.toThrow("not " + VISIT);
  expect(added).toEqual([job("change-1", inMinutes(-1), "live", OTHER)]);
  refused.clear();
  await plan.changes({ since: NOW, signal });
  expect(added).toHaveLength(2);
});

test("a look says with each page how far it has come, but for the last two minutes, in which more may be written", async () => {
  const at = (minutes: number) => change({ at: inMinutes(minutes), number: -minutes });
  const { plan } = hospital({ changes: [[at(-50), at(-40)], [], [at(-30), at(-1)]] });
  const moments: Date[] = [];
  await plan.changes({ since: inMinutes(-60), signal, reach: keptIn(moments) });
  expect(moments).toEqual([inMinutes(-40), inMinutes(-2)]);
});

test("a look has come as far as the first that the store does not take, however many it takes after that", async () => {
  const at = (minutes: number) => change({ at: inMinutes(minutes), number: -minutes });
  const { plan, added, refused } = hospital({ changes: [[at(-50)], [at(-40), at(-39), at(-38)], [at(-30)]] });
  refused.add(VISIT + " change-39").add(VISIT + " change-38");
  const moments: Date[] = [];
  await expect(plan.changes({ since: inMinutes(-60), signal, reach: keptIn(moments) })).rejects.toThrow(
    "change-39",
  );
  expect(moments).toEqual([inMinutes(-50), inMinutes(-39)]);
  expect(added).toHaveLength(3);
});

test("a process that is stopping adds nothing more", async () => {
  const unreadableChanges = [{ visit: OTHER, number: 3, at: NOW }];
  for (const said of [{ unreadableChanges }, { changes: [[change()]], found: [{}] }]) {
    const { plan, added } = hospital(said);
    await plan.changes({ since: NOW, signal: AbortSignal.abort() });
    await plan.reminders({ of: "lamna", signal: AbortSignal.abort() });
    expect(added).toEqual([]);
  }
});

test("a change that cannot be read, and whose job the store does not take, comes up at the next look", async () => {
  const unreadableChanges = [{ visit: OTHER, number: 3, at: inMinutes(-1) }];
  const { plan, added, refused } = hospital({ changes: [[change()]], unreadableChanges });
  refused.add(OTHER + " change-3");
  const moments: Date[] = [];
  const reach = keptIn(moments);
  await expect(plan.changes({ since: NOW, signal, reach })).rejects.toThrow("not " + OTHER);
  expect([added.length, moments]).toEqual([1, []]);
  await plan.changes({ since: NOW, signal: AbortSignal.abort() });
  expect(added).toHaveLength(1);
});

test("a visit whose row cannot be read has the job of each reminder at once, wherever it is: the job waits for the row", async () => {
  const start = inMinutes(15);
  const unreadableVisits = [{ id: OTHER, start }];
  const { plan, added } = hospital({ ...always, found: [{}], unreadableVisits });
  await plan.reminders({ of: "lamna", since: NOW, signal });
  expect(added).toEqual([job(reminder(start), NOW, "live", OTHER), job(reminder(start), NOW)]);
});

const always = { connection: connectionOf("lamna", { messages: { remindMinutesBefore: [15] } }) };
const reminder = (start: Date) => "reminder-15-" + start.toISOString();

test.each([
  ["the first look", {}, 2],
  ["a first look that failed for half an hour", { begun: inMinutes(-30) }, 32],
  ["a look a minute after the last", { begun: inMinutes(-30), since: inMinutes(-1) }, 3],
  ["a look of a process whose clock is behind", { since: inMinutes(9) }, 2],
  ["a look that others had begun", { since: inMinutes(-50), reached: inMinutes(-12) }, 12],
])(
  "%s for reminders goes from what may have been missed to what is due soon, or the evening before",
  async (_what, turn, missed) => {
    const remindMinutesBefore = [DAY, 15];
    const { plan, ranges } = hospital({
      connection: connectionOf("lamna", { messages: { remindMinutesBefore } }),
    });
    await plan.reminders({ of: "lamna", signal, ...turn });
    // 08:00 to 21:00, half an hour before the end, and an hour for a change of clocks.
    const night = 12.5 * 60;
    expect(ranges).toEqual(
      remindMinutesBefore.map((before) => [
        "lamna",
        inMinutes(before - missed),
        inMinutes(before + 5 + night),
      ]),
    );
  },
);

test("a look for reminders after an outage goes hour by hour, a day back at most, and says how far it has come", async () => {
  const looked = async (since: number, refuse = false) => {
    const at = hospital({ ...always, found: [{ start: inMinutes(-100) }] });
    if (refuse) at.refused.add(VISIT + " " + reminder(inMinutes(-100)));
    const moments: Date[] = [];
    const look = at.plan.reminders({ of: "lamna", signal, since: inMinutes(since), reach: keptIn(moments) });
    expect(
      await look.then(
        () => false,
        () => true,
      ),
    ).toBe(refuse);
    const hours = at.ranges.map(([, from, before]) => [from, before].map((one) => inMinutesOf(one) - 15));
    return { hours, moments: moments.map(inMinutesOf) };
  };
  const end = 5 + 12.5 * 60;
  const three = [
    [-182, -122],
    [-122, -62],
    [-62, -2],
    [-2, end],
  ];
  expect(await looked(-180)).toEqual({ hours: three, moments: [-122, -62, -2] });
  // What the store does not take hinders none of the others, and is looked for once more.
  expect(await looked(-180, true)).toEqual({ hours: three, moments: [] });
  const day = await looked(-7 * DAY);
  expect([day.hours.length, day.hours[0], day.moments.at(-1)]).toEqual([24, [-DAY, -DAY + 60], -60]);
});

test.each<[what: string, said: Said, of?: string]>([
  ["no connection of that name", {}, "nobody"],
  ["a connection without a system client", { connection: withoutClient }],
  [
    "no reminders of the connection",
    { connection: connectionOf("lamna", { messages: { kinds: ["update"] } }) },
  ],
])("with %s nobody is looked for", async (_what, said, of = "lamna") => {
  const { plan, ranges } = hospital({ found: [{}], ...said });
  await plan.reminders({ of, signal });
  expect(ranges).toEqual([]);
});

test.each<[what: string, found: Partial<FoundVisit>, minutes: number | undefined]>([
  ["is due now", {}, 0],
  ["is due in five minutes", { start: inMinutes(20) }, 5],
  ["is due in more", { start: inMinutes(20.1) }, undefined],
  ["was due a minute ago", { start: inMinutes(14) }, -1],
  ["is cancelled", { standing: "cancelled" }, undefined],
  ["is away", { standing: "away" }, 0],
  ["is missed", { standing: "missed" }, 0],
  ["became known when it was due", { firstSeen: NOW }, undefined],
])("a visit whose reminder %s", async (_what, found, minutes) => {
  const { plan, added } = hospital({ ...always, found: [found] });
  await plan.reminders({ of: "lamna", signal });
  const { start = inMinutes(15) } = found;
  expect(added).toEqual(minutes === undefined ? [] : [job(reminder(start), inMinutes(minutes))]);
});

// It is noon: the hours end at 12:34, half an hour after the reminder of an early visit is due the evening before.
const EARLY = { from: "08:00", to: "12:34" };
test.each<[what: string, said: Said, minutes: number | undefined]>([
  ["goes the evening before", { hours: EARLY }, 4],
  [
    "goes the evening before by the department's clock, which is elsewhere",
    { hours: EARLY, timeZone: "America/Chicago" },
    undefined,
  ],
  [
    "and where nobody knows the department by that of UTC",
    { hours: EARLY, found: [{ departmentId: "gone" }], timeZone: "America/Chicago" },
    4,
  ],
])("a reminder of a visit early in the morning %s", async (_what, said, minutes) => {
  const start = inMinutes(20 * 60 + 10);
  const found = (said.found ?? [{}]).map((one) => ({ ...one, start, end: inMinutes(20 * 60 + 40) }));
  const { plan, added } = hospital({ ...always, ...said, found });
  await plan.reminders({ of: "lamna", signal });
  expect(added).toEqual(minutes === undefined ? [] : [job(reminder(start), inMinutes(minutes))]);
});

test("a reminder that the store does not take fails the look", async () => {
  const { plan, added, refused } = hospital({ ...always, found: [{}, { id: OTHER }] });
  refused.add(VISIT + " " + reminder(inMinutes(15)));
  await expect(plan.reminders({ of: "lamna", signal })).rejects.toThrow("not " + VISIT);
  expect(added).toEqual([job(reminder(inMinutes(15)), NOW, "live", OTHER)]);
});

test("changes come round each five seconds, reminders each minute by connections that are read without a person", async () => {
  const { flow, asked, ranges } = hospital({ ...always, isLive: true });
  expect(flow.ticks.map(({ name, concerns, everySeconds }) => [name, concerns, everySeconds])).toEqual([
    ["messages.changes", "everybody", 5],
    ["messages.reminders", "everybody", 60],
  ]);
  const [changes, reminders] = flow.ticks;
  expect([changes?.each, await reminders?.each?.()]).toEqual([undefined, ["lamna"]]);
  await changes?.run({ since: NOW, signal });
  await reminders?.run({ of: "lamna", signal });
  expect([asked.length, ranges.length]).toEqual([1, 1]);
});

test("its job and its checks are those of texts and mails", async () => {
  const { flow } = hospital({ isSilent: true });
  const of = { visit: VISIT, what: "change-1", by: "any", as: "live" };
  expect(await flow.jobs.message({ id: "m", of, due: NOW, tries: 1, signal })).toEqual({ kind: "done" });
  const checks = await flow.checks();
  expect(checks.map(({ name }) => name)).toEqual(["consents", "number", "going-live", "mail"]);
});

test("a look for reminders after an outage needs nobody who keeps how far it has come", async () => {
  const { plan, added } = hospital({ ...always, found: [{}] });
  await plan.reminders({ of: "lamna", signal, since: inMinutes(-180) });
  expect(added).toEqual([job(reminder(inMinutes(15)), NOW)]);
});

test("while what is set of messages cannot be read, reminders come up, as their jobs wait, and the next look goes back as far", async () => {
  const { plan, added, ranges } = hospital({ ...always, isUnknown: true, found: [{}] });
  const moments: Date[] = [];
  const turn = { of: "lamna", signal, since: inMinutes(-3 * DAY), reach: keptIn(moments) };
  await expect(plan.reminders(turn)).rejects.toMatchObject({
    name: "TurnFailed",
    reason: "messages.rules-unreadable",
  });
  expect(added).toEqual([job(reminder(inMinutes(15)), NOW)]);
  // A look that is made again each minute goes back an hour at most.
  expect([ranges[0]?.[1], moments]).toEqual([inMinutes(15 - 60), []]);
  const off = connectionOf("lamna", { messages: { kinds: ["update"], remindMinutesBefore: [15] } });
  const without = hospital({ connection: off, isUnknown: true, found: [{}] });
  await expect(without.plan.reminders(turn)).rejects.toThrow();
  expect(without.added).toEqual([job(reminder(inMinutes(15)), NOW)]);
});
