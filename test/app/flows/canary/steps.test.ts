/** Each step of a canary visit by itself, with all the others as they should be; and what is made of their results. */
import { expect, test } from "vitest";
import type { ConfiguredConnection, Department } from "../../../../app/domain/hospital.ts";
import { canaryFlow } from "../../../../app/flows/canary/canary.ts";
import type { CanaryPicks } from "../../../../app/flows/canary/parts.ts";
import { STEPS, type CanaryAt } from "../../../../app/flows/canary/steps.ts";
import { MeetingsFault } from "../../../../app/ports/meetings.ts";
import { StoreFault } from "../../../../app/ports/store.ts";
import type { SystemChart, Trouble } from "../../../../app/ports/systemEhr.ts";
import type { Canary } from "../../../../app/records/canaries.ts";
import { connectionOf, departmentOf } from "../../../harness/findingDeployment.ts";

const NOW = new Date("2027-01-12T15:00:00Z");
const inMinutes = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
const { system: _none, ...WITHOUT_CLIENT } = connectionOf("lamna");
const LET_IN = { kind: "let-in" } as const;

interface Said {
  readonly now?: Date;
  readonly connection?: ConfiguredConnection;
  readonly departments?: readonly Department[];
  readonly standing?: object;
  readonly letIn?: Trouble | typeof LET_IN;
  readonly location?: Trouble | { readonly kind: "shown" | "not-shown" };
  /** What Teams, the store and the canaries' record throw. */
  readonly meetings?: Error;
  readonly store?: Error;
  readonly record?: Error;
  readonly claimed?: string | undefined;
  readonly ofLink?: object;
  readonly canary?: Canary;
}

function hospital(said: Said = {}) {
  const asked: unknown[] = [];
  const logged: unknown[] = [];
  const kept: unknown[] = [];
  const opened: string[] = [];
  const note =
    (level: string) =>
    (...entry: unknown[]) =>
      void logged.push([level, ...entry]);
  const chart = {
    letIn: () => Promise.resolve(said.letIn ?? LET_IN),
    location: (id: string) => (asked.push(id), Promise.resolve(said.location ?? { kind: "shown" })),
  } as unknown as SystemChart;
  const connection = said.connection ?? connectionOf("lamna");
  const { departments = [departmentOf("lamna")] } = said;
  const parts = {
    canaries: {
      of: () => (said.record ? Promise.reject(said.record) : Promise.resolve(said.canary ?? {})),
      ran: (...ran: unknown[]) => (
        kept.push(ran),
        said.record ? Promise.reject(said.record) : Promise.resolve()
      ),
    },
    hospital: {
      connection: (id: string) => Promise.resolve(id === connection.id ? connection : undefined),
      connections: () => Promise.resolve([connection]),
      departments: () => Promise.resolve(departments),
    },
    log: { info: note("info"), warn: note("warn"), error: note("error") },
    meetings: {
      open: ({ organizer }: { readonly organizer: string }) => {
        opened.push(organizer);
        return said.meetings ? Promise.reject(said.meetings) : Promise.resolve({});
      },
    },
    now: () => said.now ?? NOW,
    standings: {
      askNow: () =>
        Promise.resolve(said.standing ?? { ok: true, endpoints: { tokenEndpoint: "https://t.example" } }),
    },
    store: {
      create: () => (said.store ? Promise.reject(said.store) : Promise.resolve({ etag: "1" })),
      remove: () => Promise.resolve(),
    },
    systemEhr: { chart: (...to: unknown[]) => (asked.push(to.slice(1)), chart) },
    visits: {
      token: (visit: object, person: object) => JSON.stringify([visit, person]),
      claims: (token: string) => {
        const [{ id }] = JSON.parse(token) as [{ id: string }];
        return "claimed" in said ? said.claimed && { visit: said.claimed } : { visit: id };
      },
      ofLink: () => Promise.resolve(said.ofLink),
    },
  } as unknown as CanaryPicks;
  const { signal } = new AbortController();
  const at: CanaryAt = { connection, departments, signal };
  return { parts, at, chart, asked, logged, kept, opened, signal, flow: canaryFlow(parts) };
}

const PASSED = { outcome: "passed" };
const NOT_REACHED = { outcome: "not-reached" };
const failed = (move: string, why: unknown) => ({ outcome: "failed", move, why });
const notTried = (why: string) => ({ outcome: "not-tried", why });
const NO_CLIENT = "The connection has no system client, so the connector cannot ask the chart by itself.";
const ill = { ok: false, obstacle: "ill", reason: "It is ill." };

test.each<[what: string, said: Said, result: object]>([
  ["it stands well", {}, PASSED],
  [
    "no client of it is registered",
    { connection: WITHOUT_CLIENT },
    notTried("The connection awaits its registration."),
  ],
  ["it is not well", { standing: ill }, failed("oracle", "It is ill.")],
  [
    "it is not well for want of a proof",
    { standing: { ...ill, obstacle: "proof" } },
    failed("administrator", "It is ill."),
  ],
  [
    "nobody knows what stands between",
    { standing: { ...ill, obstacle: undefined } },
    failed("administrator", "It is ill."),
  ],
  [
    "it ails, and what was known before is used",
    { standing: { ok: true, endpoints: {}, ailing: "It ails.", obstacle: "no-answer" } },
    failed("oracle", "It ails."),
  ],
])("discovery, where %s", async (_what, said, result) => {
  const { parts, at } = hospital(said);
  expect(await STEPS.discovery(parts, at)).toEqual(result);
  expect(at.chart === undefined).toBe(result !== PASSED);
});

test("the chart is asked as by a round, and only where there is a system client", async () => {
  const { parts, at, asked, chart, signal } = hospital();
  await STEPS.discovery(parts, at);
  expect([asked, at.chart]).toEqual([
    [[{ tokenEndpoint: "https://t.example" }, { as: "round", signal }]],
    chart,
  ]);
  const provider = connectionOf("lamna").system;
  const without = hospital({ connection: { ...WITHOUT_CLIENT, ...(provider && { provider }) } });
  expect(await STEPS.discovery(without.parts, without.at)).toEqual(PASSED);
  expect([without.asked, without.at.chart]).toEqual([[], undefined]);
});

const TROUBLES: readonly (readonly [trouble: Trouble, result: object])[] = [
  [
    { kind: "busy", retryAfterMs: 1 },
    failed("administrator", "The connector is too busy to ask the chart system. It asks again by itself."),
  ],
  [
    { kind: "limited", retryAfterMs: 1 },
    failed("oracle", "The chart system answers that there are too many requests."),
  ],
  [{ kind: "down", reason: "It is away." }, failed("oracle", "It is away.")],
  [{ kind: "not-fhir", reason: "It is no FHIR." }, failed("oracle", "It is no FHIR.")],
  [{ kind: "shut-out", why: "token", reason: "Its own." }, failed("oracle", "Its own.")],
  [{ kind: "shut-out", why: "scopes", reason: "Too few." }, failed("administrator", "Too few.")],
];

test.each<[what: string, said: Said, isFound: boolean, result: object]>([
  ["it is given", {}, true, PASSED],
  ["the client is missing", { connection: WITHOUT_CLIENT }, true, notTried(NO_CLIENT)],
  ["discovery has failed", {}, false, NOT_REACHED],
  ...TROUBLES.map(([letIn, result]): [string, Said, boolean, object] => [
    letIn.kind,
    { letIn },
    true,
    result,
  ]),
])("the token, where %s", async (_what, said, isFound, result) => {
  const { parts, at, chart } = hospital(said);
  expect(await STEPS.token(parts, { ...at, ...(isFound && { chart }) })).toEqual(result);
});

const NO_LOCATION = notTried("No department of the connection names a location.");
const NOT_SHOWN = failed(
  "administrator",
  "The chart shows no location loc-1. Correct the locations of the department, or ask whoever keeps the chart.",
);
test.each<[what: string, said: Said, isFound: boolean, result: object]>([
  ["it is shown", {}, true, PASSED],
  ["the client is missing", { connection: WITHOUT_CLIENT }, true, notTried(NO_CLIENT)],
  ["no department has one", { departments: [departmentOf("lamna", { locations: [] })] }, true, NO_LOCATION],
  ["discovery has failed", {}, false, NOT_REACHED],
  ["the token has failed", { letIn: { kind: "down", reason: "away" } }, true, NOT_REACHED],
  ["the chart has none such", { location: { kind: "not-shown" } }, true, NOT_SHOWN],
  ...TROUBLES.map(([location, result]): [string, Said, boolean, object] => [
    location.kind,
    { location },
    true,
    result,
  ]),
])("the location, where %s", async (_what, said, isFound, result) => {
  const { parts, at, chart } = hospital(said);
  expect(await STEPS.location(parts, { ...at, ...(isFound && { chart }) })).toEqual(result);
});

test("of all locations the first is tried", async () => {
  const departments = [
    departmentOf("lamna", { locations: [] }),
    departmentOf("lamna", { locations: ["one", "two"] }),
  ];
  const { parts, at, chart, asked } = hospital({ departments });
  await STEPS.location(parts, { ...at, chart });
  expect(asked).toEqual(["one"]);
});

test.each<[what: string, said: Said, result: object]>([
  ["it is opened", {}, PASSED],
  [
    "there is no organizer",
    { departments: [] },
    notTried("No department of the connection names an organizer."),
  ],
  [
    "Teams is away",
    { meetings: new MeetingsFault("unavailable", "It is away.") },
    failed("microsoft", "It is away."),
  ],
  [
    "Teams does not take it",
    { meetings: new MeetingsFault("not-taken", "It is full.") },
    failed("microsoft", "It is full."),
  ],
  ["Teams refuses it", { meetings: new MeetingsFault("refused", "No.") }, failed("administrator", "No.")],
])("the meeting, where %s", async (_what, said, result) => {
  const { parts, at } = hospital(said);
  expect(await STEPS.meeting(parts, at)).toEqual(result);
});

test("ten organizers are tried in an hour, each once, in turns that come round", async () => {
  const organizers = Array.from({ length: 21 }, (_, n) => "Account-" + String(n).padStart(2, "0"));
  const departments = [
    departmentOf("lamna", { organizers: organizers.toReversed() }),
    departmentOf("lamna", { organizers: ["ACCOUNT-00"] }),
  ];
  const triedAt = async (hour: number, of = departments) => {
    const { parts, at, opened } = hospital({ departments: of, now: new Date(hour * 3_600_000) });
    await STEPS.meeting(parts, at);
    return opened;
  };
  const all = organizers.map((one) => one.toLowerCase());
  expect(await triedAt(3)).toEqual(all.slice(0, 10));
  expect(await triedAt(4)).toEqual(all.slice(10, 20));
  expect(await triedAt(5.9)).toEqual(all.slice(20));
  expect(await triedAt(6)).toEqual(all.slice(0, 10));
  const ten = [departmentOf("lamna", { organizers: organizers.slice(0, 10) })];
  expect(await triedAt(4, ten)).toEqual(all.slice(0, 10));
});

const NOT_KNOWN = failed("administrator", "A link that was just made is not known again.");
test.each<[what: string, said: Said, result: object]>([
  ["it is known", {}, PASSED],
  ["it is not known", { claimed: undefined }, NOT_KNOWN],
  ["it is taken for another's", { claimed: "AAAAAAAAAAAAAAAA" }, NOT_KNOWN],
  ["it leads to a visit", { ofLink: {} }, NOT_KNOWN],
])("the link, where %s", async (_what, said, result) => {
  const { parts, at } = hospital(said);
  expect(await STEPS.link(parts, at)).toEqual(result);
});

test("the store is red where it fails, and what is no fault of a vendor's is a bug", async () => {
  const full = hospital({ store: new StoreFault("It is full.") });
  expect(await STEPS.store(full.parts, full.at)).toEqual(failed("administrator", "It is full."));
  const bug = new Error("a bug");
  const { parts, at } = hospital({ store: bug, meetings: bug });
  await expect(STEPS.store(parts, at)).rejects.toBe(bug);
  await expect(STEPS.meeting(parts, at)).rejects.toBe(bug);
});

test("a visit that passes is kept with when it began, and logged with its time", async () => {
  const { flow, kept, logged } = hospital({ canary: { launchedAt: inMinutes(-60) } });
  const [one, ...others] = await flow.visitAll();
  const steps = ["discovery", "token", "location", "meeting", "link", "store"].map((step) => ({
    ...{ step, outcome: "passed", milliseconds: expect.any(Number) as number },
  }));
  const ran = { at: NOW, steps };
  expect([one, others]).toEqual([
    { connection: { id: "lamna", name: "lamna" }, ran, launchedAt: inMinutes(-60) },
    [],
  ]);
  expect(kept).toEqual([["lamna", NOW, steps]]);
  const milliseconds = one?.ran?.steps.reduce((sum, step) => sum + step.milliseconds, 0);
  expect(logged).toEqual([["info", "canary.passed", { connection: "lamna", milliseconds }]]);
});

test("of one that fails the log says the first step and why; where nothing can be kept it is told all the same", async () => {
  const record = new StoreFault("It is full.");
  const { flow, logged } = hospital({ letIn: { kind: "down", reason: "It is away." }, record });
  const [one] = await flow.visitAll();
  expect(one?.ran?.steps.map(({ outcome }) => outcome)).toEqual([
    ...["passed", "failed", "not-reached", "passed", "passed", "passed"],
  ]);
  expect(one).not.toHaveProperty("launchedAt");
  const failure = {
    connection: "lamna",
    milliseconds: expect.any(Number) as number,
    reason: "token: It is away.",
  };
  const notKept = ["error", "canary.not_kept", record, { connection: "lamna" }];
  expect(logged).toEqual([["warn", "canary.failed", failure], notKept, notKept]);
});

test("whoever asks while it is under way gets the same one, and whoever asks afterwards another one", async () => {
  const { flow, kept } = hospital();
  const [one, other] = await Promise.all([flow.visitAll(), flow.visitAll()]);
  expect(other).toBe(one);
  expect(kept).toHaveLength(1);
  await flow.visitAll();
  expect(kept).toHaveLength(2);
});

test("it comes round each hour for everybody, connection by connection, and for none that is gone", async () => {
  const { flow, kept, signal } = hospital();
  const [tick, ...others] = flow.ticks;
  expect([tick?.name, tick?.concerns, tick?.everySeconds, others]).toEqual([
    "canary.visit",
    "everybody",
    3600,
    [],
  ]);
  expect(await tick?.each?.()).toEqual(["lamna"]);
  await tick?.run({ of: "gone", signal });
  await tick?.run({ signal });
  expect(kept).toEqual([]);
  await tick?.run({ of: "lamna", signal });
  expect(kept).toHaveLength(1);
});

type Steps = NonNullable<Canary["ran"]>["steps"];
const ran = (...steps: Partial<Steps[number]>[]): Canary => ({
  ran: { at: NOW, steps: steps.map((step) => ({ milliseconds: 1, ...step })) as unknown as Steps },
});
const MET = { step: "meeting", outcome: "passed" } as const;
const DIGEST = "0123456789abcdef";

test.each<[what: string, canary: Canary, canaryCheck: object, organizers: object, version: object]>([
  [
    "none was made yet",
    {},
    { unseen: "None was made yet with the package that runs." },
    { unseen: "No meeting was tried yet with the package that runs." },
    { unseen: "No canary visit was made yet with the package that runs." },
  ],
  ["all passes", ran({ step: "token", outcome: "passed" }, MET), {}, {}, {}],
  [
    "a step fails, with whom it is to mend",
    ran({ step: "token", outcome: "failed", why: "It is away.", move: "oracle" }, MET),
    { fault: "At the step token: It is away.", move: "oracle" },
    {},
    {},
  ],
  [
    "a step fails that says nothing",
    ran({ step: "store", outcome: "failed" }, MET),
    { fault: "At the step store: " },
    {},
    {},
  ],
  [
    "the meeting fails",
    ran({ ...MET, outcome: "failed", why: "It is away.", move: "microsoft" }),
    {},
    { fault: "It is away.", move: "microsoft" },
    {},
  ],
  ["the meeting fails and says nothing", ran({ ...MET, outcome: "failed" }), {}, { fault: "" }, {}],
  [
    "no meeting could be tried",
    ran({ ...MET, outcome: "not-tried", why: "No organizer." }),
    { unseen: "No organizer." },
    { unseen: "No organizer." },
    {},
  ],
  [
    "the chart system could not be asked",
    ran({ step: "discovery", outcome: "not-tried", why: "It awaits its registration." }, MET),
    { unseen: "It awaits its registration." },
    {},
    {},
  ],
  [
    "the chart is not asked by a system client",
    ran({ step: "token", outcome: "not-tried", why: "No client." }, MET),
    {},
    {},
    {},
  ],
  ["and nobody says why", ran({ ...MET, outcome: "not-reached" }), {}, { unseen: "It was not tried." }, {}],
  [
    "another package works beside it",
    { ...ran(MET), beside: { digest: DIGEST, at: inMinutes(-119) } },
    {},
    {},
    {
      isWarning: true,
      fault:
        "The package 0123456789ab has made its canary visit, too, at 13:01 (UTC), after this process began.",
    },
  ],
  [
    "another did so two hours ago",
    { ...ran(MET), beside: { digest: DIGEST, at: inMinutes(-120) } },
    {},
    {},
    {},
  ],
])("the checks, where %s", async (_what, canary, own, organizers, version) => {
  expect(await hospital({ canary }).flow.checks()).toStrictEqual([
    { name: "canary", of: "lamna", ...own },
    { name: "organizers", of: "lamna", ...organizers },
    { name: "version", ...version },
  ]);
});

/** The checks of several connections, by what is kept of each. */
function checksOf(kept: Readonly<Record<string, Canary>>) {
  const { parts } = hospital();
  const ids = Object.keys(kept);
  return canaryFlow({
    ...parts,
    canaries: { ...parts.canaries, of: (id) => Promise.resolve(kept[id] ?? {}) },
    hospital: { ...parts.hospital, connections: () => Promise.resolve(ids.map((id) => connectionOf(id))) },
  }).checks();
}

test("of several packages beside it the last one is told, and of several connections each has its checks", async () => {
  const checks = await checksOf({
    one: { ...ran(MET), beside: { digest: "1".repeat(64), at: inMinutes(-30) } },
    two: { beside: { digest: "2".repeat(64), at: inMinutes(-10) } },
    three: { beside: { digest: "3".repeat(64), at: inMinutes(-20) } },
  });
  expect(checks.map(({ name, of }) => [name, of])).toEqual([
    ...["one", "two", "three"].flatMap((id) => [
      ["canary", id],
      ["organizers", id],
    ]),
    ["version", undefined],
  ]);
  expect(checks.at(-1)?.fault).toMatch(/^The package 222222222222 .* 14:50 /);
});

test("which package works is known once one connection has had its canary visit", async () => {
  expect((await checksOf({ one: {}, two: ran(MET) })).at(-1)).toEqual({ name: "version" });
});
