/** What becomes of one notification that is kept: read, refused, put off or lost. */
import { expect, test } from "vitest";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import type { Look, Whereabouts } from "../../../../app/domain/presence.ts";
import type { PresencePicks } from "../../../../app/flows/presence/parts.ts";
import { lostJob, takeJob } from "../../../../app/flows/presence/take.ts";
import { NotificationUnreadable, type CallEvent } from "../../../../app/ports/callEvents.ts";
import { VaultFault } from "../../../../app/ports/vault.ts";
import { heardBefore } from "../../../../app/records/notifications.ts";
import { connectionOf } from "../../../harness/findingDeployment.ts";

const NOW = new Date("2027-01-12T15:00:00Z");
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1000);
const VISIT = {
  ...{ id: "AAAABBBBCCCCDDDD" as VisitId, kind: "appointment", connectionId: "lamna" },
  ...{ start: NOW, end: ago(-1800), people: [{ role: "patient", opened: ago(60) }] },
  meeting: { id: "m", joinUrl: "https://teams.example/m" },
};
const GIVEN = { ...VISIT.meeting, knownTo: "another" };
const ROSTER: CallEvent = { kind: "roster", at: NOW, people: [] };

interface Said {
  readonly isRead?: boolean;
  readonly visit?: "none";
  readonly isOff?: boolean;
  readonly subscription?: string;
  readonly heard?: Date;
  /** The subscription that is kept tells of this meeting, as those that it had before did. */
  readonly toldOf?: string;
  readonly event?: CallEvent;
  readonly fault?: Error;
  /** Teams has told of somebody who waits since then. */
  readonly waits?: Date;
  readonly connection?: ReturnType<typeof connectionOf> | "none";
  readonly kind?: "consult";
  /** The visit has got another meeting while the vault was asked. */
  readonly isAnothers?: boolean;
  /** It is given to another patient once it was noted what Teams told. */
  readonly isGiven?: boolean;
}
const { system: _none, ...WITHOUT_CLIENT } = connectionOf("lamna");

function hospital(said: Said) {
  const done: unknown[] = [];
  let looks = 0;
  const visit = { ...VISIT, ...(said.kind && { kind: said.kind }) };
  const moments = [{ at: said.waits, whereabouts: "lobby" }];
  const people = said.waits === undefined ? [] : [{ key: "p", look: "outside", moments }];
  const { connection = connectionOf("lamna") } = said;
  const note =
    (what: string, answer?: unknown) =>
    (...about: readonly unknown[]) => {
      done.push([what, ...about.filter((one) => one !== visit)]);
      return Promise.resolve(answer);
    };
  const kept = {
    item: "sealed",
    heard: said.heard ?? NOW,
    ...(said.subscription !== undefined && { subscription: said.subscription }),
  };
  const parts = {
    callEvents:
      said.isOff === true
        ? undefined
        : { read: () => (said.fault ? Promise.reject(said.fault) : Promise.resolve(said.event ?? ROSTER)) },
    hospital: { connection: () => Promise.resolve(connection === "none" ? undefined : connection) },
    jobs: { now: () => NOW, add: ({ of }: { readonly of: object }) => note("job")(of) },
    log: {
      error: (event: string, error: Error) => void done.push(["error", event, error.message]),
      warn: (event: string, fields: object) => void done.push(["warn", event, fields]),
    },
    notifications: {
      read: () => Promise.resolve(said.isRead === true ? undefined : kept),
      remove: note("remove"),
    },
    presences: {
      of: () =>
        Promise.resolve({
          ...{ people, ends: [], former: ["before"] },
          subscription: { id: "known", until: NOW, ...(said.toldOf && { of: { meeting: said.toldOf } }) },
        }),
      tell: note("tell", said.isAnothers !== true),
      missed: note("missed"),
    },
    queue: { now: () => NOW },
    testVisits: { waited: note("waited") },
    visits: {
      byId: () => {
        looks += 1;
        const now = said.isGiven === true && looks > 1 ? { ...visit, meeting: GIVEN } : visit;
        return Promise.resolve(said.visit === "none" ? undefined : now);
      },
    },
  } as unknown as PresencePicks;
  return { parts, done };
}
const OF = { visit: VISIT.id, notification: "n" };
async function taken(said: Said = {}) {
  const { parts, done } = hospital(said);
  const task = { id: "n", of: OF, due: NOW, tries: 1, signal: new AbortController().signal };
  return { outcome: await takeJob(parts)(task), done };
}
const DONE = { kind: "done" };
const NOT_KNOWN = {
  ...{ kind: "not-now", reason: "subscription.not-known", afterSeconds: 1, growsToSeconds: 30 },
};
const VAULT_AWAY = {
  ...{ kind: "not-now", reason: "vault.unavailable", afterSeconds: 2, growsToSeconds: 60 },
};
const REMOVED = ["remove", VISIT.id, "n"];
const tell = (heard = NOW, by?: string) => ["tell", ROSTER, heard, by];

test.each<[what: string, said: Said, done: readonly unknown[]]>([
  ["one that was read already is nothing", { isRead: true }, []],
  ["one is told with when it was heard, and goes", { heard: ago(5) }, [tell(ago(5)), REMOVED]],
  [
    "one by the visit's own subscription is, in either case",
    { subscription: "KNOWN" },
    [tell(NOW, "KNOWN"), REMOVED],
  ],
  [
    "one of a meeting that is another patient's by now is refused, and the chart is not told",
    { subscription: "known", isAnothers: true, waits: NOW },
    [tell(NOW, "known"), ["warn", "presence.refused", { reason: "subscription" }], REMOVED],
  ],
  ...["known", "before"].flatMap((subscription): [string, Said, readonly unknown[]][] => [
    [
      `one by a subscription to a meeting that is not the visit's any more is refused: ${subscription}`,
      { subscription, toldOf: "m-before" },
      [["warn", "presence.refused", { reason: "subscription" }], REMOVED],
    ],
    [
      `one by a subscription to the visit's meeting is not: ${subscription}`,
      { subscription, toldOf: VISIT.meeting.id },
      [tell(NOW, subscription), REMOVED],
    ],
  ]),
  ["one of a visit that was deleted goes", { visit: "none" }, [REMOVED]],
  ["one goes where presence is off by now", { isOff: true }, [REMOVED]],
  [
    "one that can never be read is thrown away, and logged",
    { fault: new NotificationUnreadable("forged") },
    [["error", "presence.notification_refused", "forged"], REMOVED],
  ],
  [
    "one by a subscription that is nobody's is refused three minutes after it came",
    { subscription: "foreign", heard: ago(180) },
    [["warn", "presence.refused", { reason: "subscription" }], REMOVED],
  ],
])("%s", async (_what, said, done) => {
  expect(await taken(said)).toEqual({ outcome: DONE, done });
});

test("one by a subscription that is not known yet waits", async () => {
  expect(await taken({ subscription: "foreign", heard: ago(179) })).toEqual({ outcome: NOT_KNOWN, done: [] });
});

test("what the vault does not open is tried again, and logged as that", async () => {
  expect(await taken({ fault: new VaultFault("away") })).toEqual({
    outcome: VAULT_AWAY,
    done: [["error", "presence.not_read", "away"]],
  });
  const bug = new Error("a bug");
  await expect(taken({ fault: bug })).rejects.toBe(bug);
});

// Accounts of the directory do not wait, and a telephone does not come by the link.
test.each<[look: Look, whereabouts: Whereabouts, shows: boolean]>([
  ["outside", "in", true],
  ["outside", "lobby", true],
  ["unnamed", "lobby", true],
  ["unnamed", "in", false],
  ["staff", "lobby", false],
  ["phone", "lobby", false],
])(
  "whether somebody %s, %s, shows that people get in without an account: %s",
  async (look, whereabouts, shows) => {
    const event = {
      ...ROSTER,
      people: [
        { id: "s", look: "staff", whereabouts: "in" },
        { id: "p", look, whereabouts },
      ],
    } as const;
    const waited = ["waited", "lamna"];
    expect((await taken({ event })).done).toEqual([
      ["tell", event, NOW, undefined],
      ...(shows ? [waited] : []),
      REMOVED,
    ]);
  },
);

test.each<[what: string, said: Said, isTold: boolean]>([
  ["is the chart's visit's", {}, true],
  ["came before the visit was watched, and it was moved since", { waits: ago(46 * 60) }, false],
  ["was another one when they came", { isGiven: true }, false],
  ["is in a consult", { kind: "consult" }, false],
  ["is of a connection that is gone", { connection: "none" }, false],
  ["is of a connection without a system client", { connection: WITHOUT_CLIENT }, false],
])("the chart is told of a patient who %s: %s", async (_what, said, isTold) => {
  const told = ["job", { visit: VISIT.id, status: "arrived", start: NOW.toISOString() }];
  expect((await taken({ waits: NOW, ...said })).done).toEqual([tell(), ...(isTold ? [told] : []), REMOVED]);
});

test("one that nobody could read leaves a gap from when it came, and goes", async () => {
  const lost = async (said: Said, usefulUntil?: Date) => {
    const { parts, done } = hospital(said);
    const job = { id: "n", of: OF, due: NOW, ...(usefulUntil && { usefulUntil }) };
    await lostJob(parts)(job);
    return done;
  };
  expect(await lost({}, NOW)).toEqual([["missed", heardBefore(NOW)], REMOVED]);
  expect(await lost({})).toEqual([["missed", NOW], REMOVED]);
  expect(await lost({ visit: "none" }, NOW)).toEqual([REMOVED]);
});
