/** The subscription of one visit: what is asked of Graph, what is noted, and when the visit is looked at again. */
import { expect, test } from "vitest";
import type { Subscription } from "../../../../app/domain/watching.ts";
import type { Visit } from "../../../../app/domain/visit.ts";
import type { PresencePicks } from "../../../../app/flows/presence/parts.ts";
import { presenceFlow } from "../../../../app/flows/presence/presence.ts";
import { watchJob } from "../../../../app/flows/presence/watch.ts";
import { CallEventsFault } from "../../../../app/ports/callEvents.ts";

const NOW = new Date("2027-01-12T15:00:00Z");
const inMinutes = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
const VISIT = {
  ...{ id: "AAAABBBBCCCCDDDD", connectionId: "lamna", departmentId: "clinic", state: "open" },
  ...{
    start: inMinutes(5),
    end: inMinutes(35),
    people: [],
    meeting: { id: "m", joinUrl: "https://teams.example/one" },
  },
} as unknown as Visit;
/** Minutes from now until the visit's links close, which is four hours after its end. */
const CLOSES = 35 + 240;
const UNTIL = inMinutes(CLOSES + 30);

interface Said {
  readonly visit?: Partial<Visit> | "none";
  readonly isOff?: boolean;
  /** The subscription that is known, and the one that is there once Graph was asked. */
  readonly known?: Subscription;
  readonly besides?: Subscription;
  /** Whether the subscription cannot be noted, because another one was noted or the visit deleted. */
  readonly isLost?: boolean;
  readonly isIn?: boolean;
  /** What Graph answers: how long it tells, which others it had, or a fault. */
  readonly made?: Date;
  readonly replaced?: readonly string[];
  readonly renews?: "nothing";
  readonly fault?: Error;
  /** Whether the job is asked as the worker asks it. */
  readonly isByFlow?: boolean;
}

async function watched(said: Said = {}) {
  const done: unknown[] = [];
  const visit = { ...VISIT, ...(said.visit === "none" ? {} : said.visit) };
  const asked = <T>(what: unknown[], answer: T) => {
    done.push(what);
    return said.fault ? Promise.reject(said.fault) : Promise.resolve(answer);
  };
  const note =
    (what: string, answer?: unknown) =>
    (...about: readonly unknown[]) => {
      done.push([what, ...about.filter((one) => (one as Partial<Visit> | undefined)?.id !== VISIT.id)]);
      return Promise.resolve(answer);
    };
  let looks = 0;
  const people = [{ key: "p", look: "outside", moments: [{ at: inMinutes(-1), whereabouts: "in" }] }];
  const presence = { people: said.isIn === true ? people : [], ends: [] };
  const parts = {
    callEvents:
      said.isOff === true
        ? undefined
        : {
            subscribe: (to: { readonly until: Date }) =>
              asked(["subscribe", to], {
                id: "new",
                until: said.made ?? to.until,
                replaced: said.replaced ?? [],
              }),
            renew: (id: string, until: Date) =>
              asked(
                ["renew", id, until],
                said.renews === "nothing" ? undefined : { id, until: said.made ?? until },
              ),
            remove: (id: string) => asked(["remove", id], undefined),
          },
    clientStates: { of: (id: string) => "state of " + id },
    hospital: { visitRules: { opensMinutesBefore: 30, closesMinutesAfter: 240 } },
    jobs: { add: ({ kind, due }: { readonly kind: string; readonly due: Date }) => note("look")(kind, due) },
    log: {
      error: (event: string, error: Error, fields: object) =>
        void done.push(["log", event, error.message, fields]),
    },
    presences: {
      of: () => {
        const subscription = (looks += 1) === 1 ? said.known : said.besides;
        return Promise.resolve({ ...presence, ...(subscription && { subscription }) });
      },
      watching: note("watching"),
      missed: note("missed"),
      subscribed: note("subscribed", said.isLost !== true),
    },
    queue: { now: () => NOW },
    visits: { byId: () => Promise.resolve(said.visit === "none" ? undefined : visit) },
  } as unknown as PresencePicks;
  const task = { id: "w", of: { visit: VISIT.id }, due: NOW, tries: 1, signal: new AbortController().signal };
  const watch = said.isByFlow === true ? presenceFlow(parts).jobs.watch : watchJob(parts);
  return { outcome: await watch(task), done };
}
const DONE = { kind: "done" };
const look = (minutes: number) => ["look", "watch", inMinutes(minutes)];
const subscribe = (until: Date) => [
  "subscribe",
  { joinUrl: "https://teams.example/one", clientState: "state of " + VISIT.id, until },
];
const kept = (minutes: number): Subscription => ({ id: "old", until: inMinutes(minutes) });
const known = (minutes: number): Said => ({ known: kept(minutes) });
/** Somebody with a link of their own, who opened it so many minutes from now. */
const whoOpened = (minutes?: number) => ({
  people: [
    {
      number: 0,
      role: "patient",
      generation: 0,
      ...(minutes !== undefined && { opened: inMinutes(minutes) }),
    },
  ] as Visit["people"],
});
const made = ["subscribed", { id: "new", until: UNTIL, of: { meeting: "m" } }, undefined, []];
const FAR = { start: inMinutes(60), end: inMinutes(90) };
const OVER = { start: inMinutes(-300), end: inMinutes(-270) };
const CANCELLED = { state: "cancelled" } as const;

test.each<[what: string, said: Said, done: readonly unknown[]]>([
  ["a visit that was deleted is nobody's", { visit: "none" }, []],
  ["where presence is off nothing is asked", { isOff: true }, []],
  ["a visit that begins later waits", { visit: FAR }, [look(15)]],
  [
    "a visit that begins soon is subscribed to, and looked at when its links close",
    {},
    [
      subscribe(UNTIL),
      ["subscribed", { id: "new", until: UNTIL, of: { meeting: "m" } }, undefined, []],
      look(CLOSES),
    ],
  ],
  [
    "subscribed to for the first time after somebody opened a link that led into it, something may have been missed",
    { visit: whoOpened(-25) },
    [subscribe(UNTIL), made, ["missed", NOW], look(CLOSES)],
  ],
  [
    "what somebody opened before it led anywhere has missed nothing",
    { visit: whoOpened(-26) },
    [subscribe(UNTIL), made, look(CLOSES)],
  ],
  ["nor has what nobody has opened", { visit: whoOpened() }, [subscribe(UNTIL), made, look(CLOSES)]],
  [
    "one that is renewed has missed nothing, whoever has opened a link",
    { visit: whoOpened(-1), ...known(20) },
    [["renew", "old", UNTIL], ["subscribed", { id: "old", until: UNTIL }, kept(20), []], look(CLOSES)],
  ],
  [
    "what Graph makes for a short time is looked at half an hour before that ends",
    { made: inMinutes(60) },
    [
      subscribe(UNTIL),
      ["subscribed", { id: "new", until: inMinutes(60), of: { meeting: "m" } }, undefined, []],
      look(30),
    ],
  ],
  [
    "and a minute later at the earliest",
    { made: inMinutes(20) },
    [
      subscribe(UNTIL),
      ["subscribed", { id: "new", until: inMinutes(20), of: { meeting: "m" } }, undefined, []],
      look(1),
    ],
  ],
  [
    "what Graph had for nobody is remembered, and something may have been missed",
    { replaced: ["other"] },
    [
      subscribe(UNTIL),
      ["subscribed", { id: "new", until: UNTIL, of: { meeting: "m" } }, undefined, ["other"]],
      ["missed", NOW],
      look(CLOSES),
    ],
  ],
  [
    "a subscription that has ended is made anew, and something may have been missed",
    known(0),
    [
      subscribe(UNTIL),
      ["subscribed", { id: "new", until: UNTIL, of: { meeting: "m" } }, kept(0), []],
      ["missed", NOW],
      look(CLOSES),
    ],
  ],
  [
    "a subscription that ends soon is renewed, and nothing was missed",
    known(20),
    [["renew", "old", UNTIL], ["subscribed", { id: "old", until: UNTIL }, kept(20), []], look(CLOSES)],
  ],
  [
    "one that Graph does not know any more is made anew",
    { ...known(20), renews: "nothing" },
    [
      ["renew", "old", UNTIL],
      subscribe(UNTIL),
      ["subscribed", { id: "new", until: UNTIL, of: { meeting: "m" } }, kept(20), []],
      ["missed", NOW],
      look(CLOSES),
    ],
  ],
  ["a subscription that lasts is left", known(CLOSES + 30), [look(CLOSES)]],
  ["a visit that is over needs none", { visit: OVER }, []],
  [
    "and loses the one that it has",
    { visit: OVER, ...known(20) },
    [
      ["remove", "old"],
      ["watching", {}],
    ],
  ],
  [
    "a visit that is over is watched while somebody is in",
    { visit: OVER, isIn: true, ...known(60) },
    [look(15)],
  ],
  ["a visit that is ended is over", { visit: { state: "ended" } }, []],
  ["a cancelled visit is looked at again in five minutes", { visit: CANCELLED }, [look(5)]],
  ["but not once its links would have closed", { visit: { ...CANCELLED, ...OVER } }, []],
  ["nor at the very moment", { visit: { ...CANCELLED, end: inMinutes(5 - 240) } }, []],
])("watching: %s", async (_what, said, done) => {
  expect(await watched(said)).toEqual({ outcome: DONE, done });
});

const BESIDES = { kind: "not-now", reason: "watch.besides", afterSeconds: 1 };
test("of two that subscribe at once neither stays, and of a deleted visit only one's own goes", async () => {
  const made = [
    subscribe(UNTIL),
    ["subscribed", { id: "new", until: UNTIL, of: { meeting: "m" } }, undefined, []],
    ["remove", "new"],
  ];
  expect(await watched({ isLost: true, besides: kept(60) })).toEqual({
    outcome: BESIDES,
    done: [...made, ["remove", "old"], ["missed", NOW], ["watching", {}]],
  });
  expect(await watched({ isLost: true })).toEqual({ outcome: BESIDES, done: made });
});

test.each([
  ["unavailable", undefined, "graph.unavailable", {}],
  ["limit", undefined, "graph.limit", { afterSeconds: 30, growsToSeconds: 300 }],
  ["limit", "limit-of-tenant", "graph.limit-of-tenant", { afterSeconds: 30, growsToSeconds: 300 }],
  ["not-reached", undefined, "graph.webhook-not-reached", { afterSeconds: 30, growsToSeconds: 300 }],
  ["refused", undefined, "graph.refused", { afterSeconds: 30, growsToSeconds: 900 }],
] as const)(
  "where Graph says %s (%s) that is noted with what is known, and tried later",
  async (reason, limit, told, wait) => {
    const fault = new CallEventsFault(reason, "no", limit && { limit });
    const failed = ["log", "presence.not_watched", "no", { connection: "lamna", department: "clinic" }];
    const outcome = { kind: "not-now", reason: told, ...wait };
    expect(await watched({ fault })).toEqual({
      outcome,
      done: [subscribe(UNTIL), ["watching", { trouble: reason }, undefined], ["missed", NOW], failed],
    });
    // What is renewed tells till it ends.
    expect(await watched({ fault, ...known(20) })).toEqual({
      outcome,
      done: [
        ["renew", "old", UNTIL],
        ["watching", { subscription: kept(20), trouble: reason }, "old"],
        failed,
      ],
    });
  },
);

test("what is no fault of Graph's is a bug", async () => {
  const fault = new Error("a bug");
  await expect(watched({ fault })).rejects.toBe(fault);
});

test("the nearer the visit is, the sooner it is tried again", async () => {
  const fault = new CallEventsFault("unavailable", "no");
  const outcome = { kind: "not-now", reason: "graph.unavailable" };
  const { outcome: soon } = await watched({ fault, isByFlow: true });
  expect(soon).toEqual({ ...outcome, afterSeconds: 30, growsToSeconds: 38 });
  expect((await watched({ isByFlow: true, visit: "none" })).outcome).toEqual(DONE);
});
