/**
 * When a message's job is done: each reason to hold it back, to put it off or to send it, with all else as it should be.
 */
import { expect, test } from "vitest";
import { putOff } from "../../../../app/charts/chartAt.ts";
import { RecordUntold } from "../../../../app/charts/sameRecord.ts";
import { messageRulesOf } from "../../../../app/domain/defaults.ts";
import type { FoundVisit } from "../../../../app/domain/found.ts";
import type { MessageKind } from "../../../../app/domain/messages.ts";
import { nameOf } from "../../../../app/domain/visitMessages.ts";
import { messageJob } from "../../../../app/flows/messages/messageJob.ts";
import type { MessagePicks } from "../../../../app/flows/messages/parts.ts";
import type { Trouble } from "../../../../app/ports/systemEhr.ts";
import type { Message } from "../../../../app/records/messages.ts";
import { UnreadableRecord } from "../../../../app/records/record.ts";
import { VisitDeleted } from "../../../../app/records/tombstones.ts";
import type { VisitChange } from "../../../../app/records/visitChanges.ts";
import { connectionOf, departmentOf } from "../../../harness/findingDeployment.ts";
import { NOTHING_UNKNOWN } from "../../../../app/records/portalTexting.ts";

const NOON = new Date("2027-01-04T12:00:00Z");
const inMinutes = (minutes: number) => new Date(NOON.getTime() + minutes * 60_000);
const HOUR = 60;
const DAY = 24 * HOUR;
const ID = "AAAAAAAAAAAAAAAA";
const START = inMinutes(DAY);
const END = inMinutes(DAY + 30);
const DOWN: Trouble = { kind: "down", reason: "away" };
const TOO_LARGE: Trouble = { kind: "too-large", reason: "more than 4 MB" };

const UNREAD = { kind: "not-now", reason: "messages.rules-unreadable" };

interface Said {
  readonly now?: Date;
  readonly what?: string;
  readonly by?: string;
  readonly found?: Partial<FoundVisit> | "none";
  /** The visit's last change, and below the changes before it. */
  readonly change?: Partial<VisitChange>;
  readonly before?: readonly (Partial<VisitChange> | "unreadable")[];
  readonly kinds?: readonly MessageKind[];
  readonly connection?: "none";
  readonly department?: "none";
  readonly isDeleted?: boolean;
  readonly isDeletedMeanwhile?: boolean;
  /** The appointment of that id is another chart's. */
  readonly isOfAnother?: true;
  readonly state?: string;
  /** When staff closed the visit's links, and the start that it had then, where that is another. */
  readonly closedAt?: Date;
  readonly closedFor?: Date;
  /** How often others have had the visit since its link was made. */
  readonly generation?: number;
  readonly late?: Date;
  readonly chart?: Trouble | { readonly kind: "not-shown" } | Error;
  readonly ids?: Trouble;
  readonly status?: string;
  readonly starts?: Date;
  /** How many minutes before a visit patients are reminded, where the hospital has chosen that. */
  readonly reminders?: readonly number[];
  /** The messages that were sent about the visit before, newest first. */
  readonly told?: readonly Partial<Message>[] | "unreadable";
  readonly isSilent?: boolean;
  readonly aheadDays?: number;
  /** What is set of messages cannot be read. */
  readonly isUnknown?: true;
  readonly isStopped?: true;
  /** Is told that the visit is marked as untold. */
  readonly untold?: () => void;
  /** Is told each record of what is withheld. */
  readonly withheld?: (record: Readonly<Record<string, unknown>>) => void;
}

async function done(
  said: Said = {},
): Promise<{ readonly outcome: unknown; readonly did: readonly unknown[] }> {
  const did: unknown[] = [];
  const changes = [...(said.before ?? []), said.change ?? {}].map((one) =>
    one === "unreadable" ? one : { change: "new", at: inMinutes(-10), start: START, ...one },
  );
  const idOf = ({ kind, way, which = "" }: Pick<Partial<Message>, "kind" | "way" | "which">) =>
    [kind, way, which].join(" ");
  const found = {
    ...{
      id: ID,
      connectionId: "lamna",
      departmentId: "lamna-clinic",
      location: "loc-1",
      standing: "on",
      start: START,
      end: END,
    },
    ...{ changes: changes.length, firstSeen: inMinutes(-10), patients: ["hash p-a"] },
    ...(said.found === "none" ? {} : said.found),
  };
  const times = { start: said.starts ?? found.start, end: found.end, clock: "instant" };
  const chart = {
    appointment: () =>
      said.chart instanceof Error
        ? Promise.reject(said.chart)
        : Promise.resolve(
            said.chart ?? {
              kind: "read",
              appointment: {
                ...{ id: "a", status: said.status ?? "booked", times, patients: ["p-a"], hints: [] },
                ...{ isVideo: true, locations: ["loc-1"] },
              },
            },
          ),
    patientIds: (id: string) => Promise.resolve(said.ids ?? { kind: "ids", ids: [id, "p-old"] }),
    recipient: () => Promise.resolve({ kind: "read", recipient: { textNumber: "+13125550123" } }),
  };
  const accepted = { kind: "accepted", providerId: "Outgoing_1" };
  const parts = {
    environment: "production",
    foundVisits: {
      appointmentId: () => Promise.resolve("a"),
      byId: () => Promise.resolve(said.found === "none" ? undefined : found),
      edit: (_id: string, change: (found: object) => { readonly found: { readonly isUntold?: true } }) => {
        if (change(found).found.isUntold === true) said.untold?.();
        return Promise.resolve();
      },
      idOf: () => (said.isOfAnother === true ? "BBBBBBBBBBBBBBBB" : ID),
      patientHashes: (_visit: string, ids: readonly string[]) => ids.map((id) => "hash " + id),
    },
    heard: { textSent: () => Promise.resolve() },
    hospital: {
      connection: () =>
        Promise.resolve(
          said.connection ??
            connectionOf("lamna", {
              messages: {
                ...(said.kinds && { kinds: [...said.kinds] }),
                ...(said.reminders && { remindMinutesBefore: [...said.reminders] }),
              },
            }),
        ).then((one) => (one === "none" ? undefined : one)),
      department: () =>
        Promise.resolve(said.department === "none" ? undefined : departmentOf("lamna", { timeZone: "UTC" })),
      organization: { name: "Lamna Healthcare", phone: "(202) 555-0100" },
    },
    log: { warn: () => undefined },
    messageRules: {
      ...messageRulesOf("production", { aheadDays: said.aheadDays ?? 14 }),
      ...(said.isUnknown && { isUnknown: said.isUnknown }),
    },
    messages: {
      begin(of: Message) {
        if (said.isDeletedMeanwhile === true) return Promise.reject(new VisitDeleted());
        return Promise.resolve({
          message: { ...of, id: "m-1", state: "begun", begun: NOON.toISOString() },
          first: true,
        });
      },
      of: () =>
        said.told === "unreadable"
          ? Promise.reject(new UnreadableRecord("damaged"))
          : Promise.resolve(
              (said.told ?? [])
                .map((one) => ({ state: "accepted", way: "text" as const, ...one }))
                .map((one) => ({ ...one, id: idOf(one) })),
            ),
      patientHash: (_visit: string, id: string) => "hash " + id,
      settle: (message: object, settled: object) => Promise.resolve({ ...message, ...settled }),
      withhold(of: Message & { readonly which: string }, code: string) {
        did.push([of.kind, of.way, of.which.slice(0, 8), code]);
        said.withheld?.(of);
        return Promise.resolve({ ...of, id: idOf(of), state: "withheld", code });
      },
    },
    messaging:
      said.isSilent === true
        ? undefined
        : {
            ...{
              number: "+18335550100",
              isAgreed: true,
              isApproved: true,
              isLive: true,
              isStaff: () => false,
            },
            mailSender: undefined,
            textsPatientsOf: () => true,
            unknown: NOTHING_UNKNOWN,
            texts: {
              send: ({ text }: { readonly text: string }) => (
                did.push(text.split(/[:.]/)[1]?.trim()),
                Promise.resolve(accepted)
              ),
            },
          },
    optOuts: { isStopped: () => Promise.resolve(said.isStopped === true) },
    publicUrl: "https://visits.example",
    queue: { now: () => said.now ?? NOON },
    sendingRate: { take: () => Promise.resolve(undefined) },
    standings: { of: () => Promise.resolve({ ok: true, endpoints: {} }) },
    systemEhr: { chart: () => chart },
    visitChanges: {
      read(_visit: string, number: number) {
        const change = changes[number - 1];
        return change === "unreadable"
          ? Promise.reject(new UnreadableRecord("damaged"))
          : Promise.resolve(change);
      },
    },
    visits: {
      byId: () => Promise.resolve({ start: found.start, state: "open", late: said.late ?? NOON }),
      expect: () =>
        Promise.resolve({ links: { people: [{ role: "patient", generation: said.generation }] } }),
      isDeleted: () => Promise.resolve(said.isDeleted === true),
      ofLink: () =>
        Promise.resolve(
          said.state === "none"
            ? undefined
            : { state: said.state ?? "open", start: said.closedFor ?? found.start, closedAt: said.closedAt },
        ),
      token: () => "token",
    },
  };
  const of = {
    visit: ID,
    what: said.what ?? "change-" + String(changes.length),
    by: said.by ?? "any",
    as: "live",
  };
  const task = { id: "m", of, due: NOON, tries: 1, signal: new AbortController().signal };
  return { outcome: await messageJob(parts as unknown as MessagePicks)(task), did };
}
const DONE = { kind: "done" };
const all = (did: readonly unknown[]) => ({ outcome: DONE, did });
const not = (code: string, kind = "confirmation", which = "change-1") => [kind, "text", which, code];
const waits = (reason: string, afterSeconds: number, more: object = {}) => ({
  outcome: {
    kind: "not-now",
    reason: "messages." + reason,
    afterSeconds: expect.closeTo(afterSeconds, 2) as number,
    ...more,
  },
  did: [],
});
const sometime = (reason: string) => waits(reason, 15, { growsToSeconds: 300 });
const REMINDER = nameOf({ kind: "reminder", minutesBefore: 15, start: START });
const AT_REMINDER: Said = { what: REMINDER, now: inMinutes(DAY - 15) };
const LATE: Said = { what: nameOf({ kind: "late", said: NOON }), late: NOON };
const NEW = "Video visit Tue, Jan 5, 12";
const CANCELLED: Said = {
  change: { change: "cancelled" },
  found: { standing: "cancelled" },
  status: "cancelled",
};

test.each<[what: string, said: Said]>([
  ["a name that is none", { what: "hello" }],
  ["no Communication Services", { isSilent: true }],
  ["a visit that was deleted", { isDeleted: true }],
  ["a visit that is deleted meanwhile", { isDeletedMeanwhile: true }],
  ["a visit that is not known", { found: "none" }],
  ["a change that is not known", { what: "change-7" }],
])("with %s the job is done, and nothing is kept", async (_what, said) => {
  expect(await done(said)).toEqual(all([]));
});

test.each<[what: string, said: Said, did: readonly unknown[]]>([
  ["a new visit", {}, [NEW]],
  ["a move", { change: { change: "moved" }, before: [] }, ["Visit moved to Tue, Jan 5, 12"]],
  ["a cancellation", CANCELLED, ["Your video visit Tue, Jan 5, 12"]],
  ["a reminder", AT_REMINDER, [expect.stringMatching(/reminder|Reminder/)]],
  ["that staff run late", LATE, ["We are late for your 12"]],
  ["that staff run late, where no rule sends anything", { ...LATE, kinds: [] }, ["We are late for your 12"]],
  [
    "a second try of what did not arrive",
    { by: "again", told: [{ which: "change-1", state: "failed" }] },
    [NEW],
  ],
  ["a visit whose row is not there", { state: "none" }, [NEW]],
  ["a first try, whatever its record says", { told: [{ which: "change-1", state: "delivered" }] }, [NEW]],
  [
    "what arrived once as another text",
    { by: "again", told: [{ which: "change-2", state: "delivered" }] },
    [NEW],
  ],
  [
    "a second try beside a mail that arrived",
    { by: "again", told: [{ which: "change-1", state: "delivered", way: "mail" }] },
    [NEW],
  ],
  [
    "the third time that staff run late",
    {
      ...LATE,
      told: [
        { kind: "late", which: "1" },
        { kind: "late", which: "2" },
      ],
    },
    ["We are late for your 12"],
  ],
  ...(
    [
      ["that did not leave", { kind: "late", state: "withheld", code: "night" }],
      ["of something else", { kind: "reminder" }],
    ] as const
  ).map(([what, one]): [string, Said, readonly unknown[]] => [
    "that staff run late after many messages " + what,
    { ...LATE, told: ["1", "2", "3"].map((which) => ({ ...one, which })) },
    ["We are late for your 12"],
  ]),
  [
    "a reminder, however often staff have run late",
    { ...AT_REMINDER, told: ["1", "2", "3"].map((which) => ({ kind: "late" as const, which })) },
    [expect.stringMatching(/[Rr]eminder/)],
  ],
  [
    "the first of two reminders",
    {
      what: nameOf({ kind: "reminder", minutesBefore: 24 * 60, start: START }),
      change: { at: inMinutes(-1) },
    },
    [expect.stringMatching(/[Rr]eminder/)],
  ],
  [
    "a text about lateness that is tried again",
    { ...LATE, told: ["1", "2", LATE.what].map((which) => ({ kind: "late" as const, which: which ?? "" })) },
    ["We are late for your 12"],
  ],
])("%s is told", async (_what, said, did) => {
  expect(await done(said)).toEqual(all(did));
});

test.each<[what: string, said: Said, did: readonly unknown[]]>([
  ["its kind is off", { kinds: ["reminder"] }, [not("kind-off")]],
  [
    "it was known before, whatever else",
    { change: { knownBefore: true }, found: { changes: 2 } },
    [not("known-before")],
  ],
  ["something else is true by now", { found: { changes: 2 } }, [not("superseded")]],
  ["it is too late", { now: END }, [not("too-late")]],
  ["staff have ended the visit by its start", { state: "ended", now: START }, [not("ended")]],
  ["the chart says that it is over", { status: "fulfilled" }, [not("ended")]],
  [
    "patients were told three times that staff run late",
    { ...LATE, told: ["1", "2", "3"].map((which) => ({ kind: "late" as const, which })) },
    [not("late-often", "late", "late-202")],
  ],
])("where %s its record says so", async (_what, said, did) => {
  expect(await done(said)).toEqual(all(did));
});

const TOLD_EARLIER: Partial<Message> = {
  ...{ kind: "confirmation", which: "change-1", patient: "hash p-a" },
  start: inMinutes(3 * DAY).toISOString(),
};
const MOVED_EARLIER: Said = {
  change: { change: "moved" },
  before: [{ start: inMinutes(3 * DAY) }],
  told: [TOLD_EARLIER],
};
test.each<[what: string, said: Said, isAtRisk: boolean]>([
  ["a move", { ...MOVED_EARLIER, isStopped: true }, true],
  [
    "a move that they know",
    { ...MOVED_EARLIER, isStopped: true, told: [{ ...TOLD_EARLIER, start: START.toISOString() }] },
    false,
  ],
  ["a move that is too late", { ...MOVED_EARLIER, now: END }, true],
  ["a reminder", { ...AT_REMINDER, isStopped: true, told: [TOLD_EARLIER] }, false],
  ["that staff run late", { ...LATE, isStopped: true, told: [TOLD_EARLIER] }, false],
  ["a first notice of somebody who was told nothing", { isStopped: true }, false],
])("a visit is at risk by what its patient believes and is not told: %s", async (_what, said, isAtRisk) => {
  let marks = 0;
  await done({ ...said, untold: () => (marks += 1) });
  expect(marks > 0).toBe(isAtRisk);
});

/** What is told of a visit waits for the chart; it came up `minutes` before it is next tried, or a moment later. */
const NEXT_SECONDS = 15;
const waitsFor = (minutes: number, start: Date, more: Said = {}): Said => ({
  ...{
    chart: { kind: "not-shown" },
    before: [{}],
    found: { start, end: new Date(start.getTime() + 1_800_000) },
  },
  told: [{ ...TOLD_EARLIER, start: inMinutes(5 * DAY).toISOString() }],
  ...more,
  // A move is due two minutes after it was seen.
  change: { change: "moved", start, at: inMinutes(NEXT_SECONDS / 60 - minutes - 2), ...more.change },
});
const SOON = inMinutes(DAY - 1);
const OFF_NOW: Said = { found: { standing: "cancelled", start: SOON, end: END } };
test.each<[what: string, minutes: number, said: (minutes: number) => Said]>([
  ["is moved to within a day", 2, (minutes) => waitsFor(minutes, SOON)],
  ["is moved to another day", 15, (minutes) => waitsFor(minutes, inMinutes(3 * DAY))],
  [
    "is moved from within a day",
    2,
    (minutes) =>
      waitsFor(minutes, inMinutes(3 * DAY), { told: [{ ...TOLD_EARLIER, start: SOON.toISOString() }] }),
  ],
  [
    "is moved, and whose messages cannot be read",
    2,
    (minutes) => waitsFor(minutes, SOON, { told: "unreadable" }),
  ],
  [
    "is cancelled, and whose messages cannot be read",
    2,
    // It is due at once.
    (minutes) =>
      waitsFor(minutes - 2, SOON, { ...OFF_NOW, told: "unreadable", change: { change: "cancelled" } }),
  ],
])("a visit that %s is at risk once that has waited for %i minutes", async (_what, minutes, said) => {
  const marks = async (waited: number) => {
    let count = 0;
    const about = said(waited);
    await done({ ...about, untold: () => (count += 1) }).catch((error: unknown) => {
      if (about.told !== "unreadable") throw error;
    });
    return count;
  };
  // What cannot be read is looked at by the moment, and the rest by that of the next try.
  const isRead = said(minutes).told !== "unreadable";
  const least = isRead ? minutes : minutes + NEXT_SECONDS / 60;
  expect([await marks(least - 0.001), await marks(least)]).toEqual([0, 1]);
});

test.each<[what: string, said: Said]>([
  [
    "a visit that is told as it is",
    waitsFor(HOUR, START, { told: [{ ...TOLD_EARLIER, start: START.toISOString() }] }),
  ],
  [
    "one of whose time the hospital told",
    waitsFor(HOUR, START, { told: [{ ...TOLD_EARLIER, state: "withheld", code: "kind-off" }] }),
  ],
  [
    "one that is known from before",
    waitsFor(HOUR, START, { told: "unreadable", change: { knownBefore: true } }),
  ],
  [
    "one that has changed since",
    waitsFor(HOUR, START, { told: "unreadable", found: { changes: 3, start: START } }),
  ],
  [
    "a new one whose messages cannot be read",
    waitsFor(HOUR, START, { told: "unreadable", change: { change: "new" } }),
  ],
  ["one that is reminded of", { ...waitsFor(HOUR, START), what: REMINDER }],
  ["one of which staff say that they run late", { ...waitsFor(HOUR, START), ...LATE, now: inMinutes(10) }],
])("%s is at no risk while its message waits", async (what, said) => {
  let count = 0;
  await done({ ...said, untold: () => (count += 1) }).catch(() => undefined);
  expect(count, what).toBe(0);
});

test.each<[what: string, said: Said, isAtRisk: boolean]>([
  ["before it starts", { now: inMinutes(DAY - 1) }, false],
  ["when it starts", { now: START }, true],
  ["when it starts, and is reminded of", { now: START, what: REMINDER }, true],
  ["when it starts, and is away", { now: START, found: { standing: "missed" } }, false],
])("a new visit whose messages cannot be read %s: whether it is at risk", async (_what, said, isAtRisk) => {
  let count = 0;
  const failed = done({ told: "unreadable", ...said, untold: () => (count += 1) });
  await expect(failed).rejects.toThrow(UnreadableRecord);
  expect(count).toBe(isAtRisk ? 1 : 0);
});

test.each<[what: string, said: Said, isAtRisk: boolean]>([
  ["is cancelled", CANCELLED, true],
  ["is on, before it starts", {}, false],
  ["is on, when it starts", { now: START }, true],
  ["is away, when it starts", { now: START, found: { standing: "away" } }, false],
  [
    "is cancelled, with a later change",
    { ...CANCELLED, found: { standing: "cancelled", changes: 3 } },
    false,
  ],
])(
  "a visit whose change cannot be read, and that %s: whether it is at risk",
  async (_what, said, isAtRisk) => {
    let count = 0;
    const { change: _change, ...others } = said;
    const about = {
      ...others,
      before: [{}, "unreadable"] as const,
      what: "change-2",
      untold: () => (count += 1),
    };
    const changes = said.found !== "none" ? (said.found?.changes ?? 2) : 2;
    await expect(done({ ...about, found: { ...(said.found as object), changes } })).rejects.toThrow(
      UnreadableRecord,
    );
    expect(count).toBe(isAtRisk ? 1 : 0);
  },
);

test.each<[what: string, said: Said, patient: string | undefined]>([
  ["the hospital tells it to its only patient", { kinds: ["reminder"] }, "hash p-a"],
  ["it was known before", { change: { knownBefore: true } }, "hash p-a"],
  [
    "it has two patients, of whom nobody knows who is told",
    { kinds: ["reminder"], found: { patients: ["hash p-a", "hash p-b"] } },
    undefined,
  ],
  ["nobody knows its patient", { kinds: ["reminder"], found: { patients: undefined as never } }, undefined],
  [
    "it was known before, and something else is true by now",
    { change: { knownBefore: true }, found: { changes: 2 } },
    undefined,
  ],
  ["something else is true by now", { found: { changes: 2 } }, undefined],
  ["it is too late", { now: END }, undefined],
])(
  "the record of what is withheld says who believes it all the same, where %s",
  async (_what, said, patient) => {
    const records: unknown[] = [];
    await done({
      ...said,
      withheld: (record) => records.push([Object.hasOwn(record, "patient"), record["patient"]]),
    });
    expect(records).toEqual([[patient !== undefined, patient]]);
  },
);

test.each<[what: string, said: Said]>([
  ["a text that arrived after all", { by: "again", told: [{ which: "change-1", state: "delivered" }] }],
  [
    "a text that arrived after all, and others that did not",
    {
      by: "again",
      told: [
        { which: "change-0", state: "failed" },
        { which: "change-1", state: "delivered" },
      ],
    },
  ],
  ["a second try that arrived", { by: "mail", told: [{ which: "change-1-again", state: "delivered" }] }],
])("%s is followed by nothing", async (_what, said) => {
  expect(await done(said)).toEqual(all([]));
});

test.each<[what: string, said: Said, until: Date, code: string, record: readonly unknown[]]>([
  ["of a connection that is gone", { connection: "none" }, END, "no-department", not("no-department")],
  ["of a department that is gone", { department: "none" }, END, "no-department", not("no-department")],
  ["that is away", { found: { standing: "away" } }, END, "away", not("away")],
  ["that is missed", { found: { standing: "missed" } }, START, "missed", not("missed")],
  ["whose links staff have closed", { state: "ended" }, START, "closed", not("ended")],
  ["of a connection that leads to another chart", { isOfAnother: true }, END, "no-chart", not("too-late")],
  [
    "that stands elsewhere when it is reminded of",
    { what: REMINDER, found: { start: inMinutes(2 * DAY), end: inMinutes(2 * DAY + 30) } },
    START,
    "elsewhere",
    not("superseded", "reminder", "reminder"),
  ],
  [
    "that is away when it is reminded of",
    { what: REMINDER, found: { standing: "away" } },
    START,
    "away",
    not("away", "reminder", "reminder"),
  ],
  [
    "that is away when staff run late",
    { ...LATE, found: { standing: "away" } },
    inMinutes(15),
    "away",
    not("away", "late", "late-202"),
  ],
])("a visit %s is waited for until it is too late", async (_what, said, until, code, record) => {
  const justBefore = new Date(until.getTime() - 1);
  expect(await done({ ...said, now: justBefore })).toEqual(sometime(code));
  expect(await done({ ...said, now: until })).toEqual(all([record]));
});

test.each<[what: string, said: Said, answer: object]>([
  ["far ahead waits till it is nearer", { aheadDays: 0.5 }, waits("ahead", DAY * 30)],
  [
    "far ahead that is not new does not",
    { aheadDays: 0.5, change: { change: "moved" } },
    all(["Visit moved to Tue, Jan 5, 12"]),
  ],
  ["at the very moment does not wait", { aheadDays: 1 }, all([NEW])],
  // At ten in the evening, for eight in the morning: in ten hours, later by the half minute of a notice.
  [
    "at night waits for the morning, in order",
    { now: inMinutes(10 * HOUR), change: { at: inMinutes(10 * HOUR) } },
    waits("hours", 36_027.08),
  ],
  // At ten in the evening, for a quarter past eight: nobody can be mailed, and the hours begin in ten hours.
  [
    "soon after the hours begin waits for them, where nobody can be mailed",
    {
      now: inMinutes(10 * HOUR),
      change: { at: inMinutes(10 * HOUR) },
      found: { start: inMinutes(20 * HOUR + 15), end: inMinutes(20 * HOUR + 45) },
    },
    waits("hours", 36_025.13),
  ],
  ["that is moved waits two minutes", { change: { change: "moved", at: NOON } }, waits("hours", 157.48)],
  ["is reminded of when it is time", { what: REMINDER, now: inMinutes(DAY - 16) }, waits("hours", 60.13)],
  ["is looked at again while the chart does not answer", { chart: DOWN }, { outcome: putOff(DOWN), did: [] }],
  [
    "is looked at again where it is not shown, more rarely while it is far ahead",
    { chart: { kind: "not-shown" } },
    waits("chart-differs", 15, { growsToSeconds: 1_800 }),
  ],
  [
    "is looked at again where it is not shown and starts within a day",
    { chart: { kind: "not-shown" }, found: { start: inMinutes(DAY - 1) } },
    sometime("chart-differs"),
  ],
  [
    "is looked at again where it is not told whose it is",
    { found: { patients: ["hash p-b"] }, ids: DOWN },
    { outcome: putOff(DOWN), did: [] },
  ],
  [
    "is looked at again where the record says more than is read",
    { found: { patients: ["hash p-b"] }, ids: TOO_LARGE },
    { outcome: putOff(TOO_LARGE), did: [] },
  ],
])("a visit %s", async (_what, said, answer) => {
  expect(await done(said)).toEqual(answer);
});

test("what fails otherwise fails the job", async () => {
  const bug = new Error("a bug");
  await expect(done({ chart: bug })).rejects.toBe(bug);
  expect(await done({ chart: new RecordUntold(DOWN) })).toEqual({ outcome: putOff(DOWN), did: [] });
});

const MOVED: Said = { before: [{ start: inMinutes(2 * DAY) }], change: { change: "moved" } };
const UNTOLD = not("superseded");
const TOLD: Partial<Message> = {
  kind: "confirmation",
  which: "change-0",
  patient: "hash p-a",
  start: START.toISOString(),
};
test.each<[what: string, said: Said, did: readonly unknown[]]>([
  ["a move of a visit that nobody was told of is told as new", MOVED, [UNTOLD, NEW]],
  [
    "a move of one that somebody else was told of, too",
    { ...MOVED, told: [{ ...TOLD, patient: "hash p-b", start: "" }] },
    [UNTOLD, NEW],
  ],
  [
    "a move of one that was told is a move",
    { ...MOVED, told: [{ ...TOLD, start: "" }] },
    [UNTOLD, "Visit moved to Tue, Jan 5, 12"],
  ],
  [
    "a move to the time that they know is none",
    { ...MOVED, told: [TOLD] },
    [UNTOLD, not("same-time", "update", "change-2")],
  ],
  ...["begun", "delivered"].map((state): [string, Said, readonly unknown[]] => [
    "as far as anybody knows, where it is " + state,
    { ...MOVED, told: [{ ...TOLD, state } as Partial<Message>] },
    [UNTOLD, not("same-time", "update", "change-2")],
  ]),
  [
    "also under another record of theirs",
    { ...MOVED, found: { patients: ["hash p-old"] }, told: [{ ...TOLD, patient: "hash p-old" }] },
    [UNTOLD, not("same-time", "update", "change-2")],
  ],
  [
    "but not where it was told to somebody else",
    { ...MOVED, told: [{ ...TOLD, patient: "hash p-b" }] },
    [UNTOLD, NEW],
  ],
  [
    "nor where another time was told since",
    { ...MOVED, told: [{ ...TOLD, start: "" }, TOLD] },
    [UNTOLD, "Visit moved to Tue, Jan 5, 12"],
  ],
  [
    "nor where that was only said to be late",
    { ...MOVED, told: [{ ...TOLD, kind: "late" }] },
    [UNTOLD, "Visit moved to Tue, Jan 5, 12"],
  ],
  ["nor where nothing of it left", { ...MOVED, told: [{ ...TOLD, state: "withheld" }] }, [UNTOLD, NEW]],
  [
    "nor where it is this very message, whose words stay the same when it is tried again",
    { ...MOVED, told: [{ ...TOLD, which: "change-2" }] },
    [UNTOLD, NEW],
  ],
  [
    "a new visit of a combined record is known",
    { found: { patients: ["hash p-old"] }, told: [{ ...TOLD, patient: "hash p-old" }] },
    [not("same-time")],
  ],
  [
    "a move back to a time of which they could not be told is told",
    {
      before: [{}, { change: "moved", start: inMinutes(2 * DAY) }],
      change: { change: "moved" },
      told: [
        {
          ...{ kind: "confirmation", which: "change-1", state: "withheld", code: "no-mobile" },
          start: START.toISOString(),
        },
      ],
    },
    [not("superseded", "update", "change-2"), UNTOLD, "Visit moved to Tue, Jan 5, 12"],
  ],
  ["a new one of the same record is told once more", { told: [TOLD] }, [NEW]],
  [
    "a new one at another time, too",
    { found: { patients: ["hash p-old"] }, told: [{ ...TOLD, patient: "hash p-old", start: "" }] },
    [NEW],
  ],
  [
    "and one that was cancelled before",
    { found: { patients: ["hash p-old"] }, told: [{ ...TOLD, patient: "hash p-old", kind: "cancellation" }] },
    [NEW],
  ],
  [
    "a new one that was told as another record, where they were told as this one that staff run late",
    {
      found: { patients: ["hash p-old"] },
      told: [
        { ...TOLD, kind: "late", which: "late-1" },
        { ...TOLD, patient: "hash p-old" },
      ],
    },
    [not("same-time")],
  ],
  [
    "a new one that was told as another record, where a text of it may have left",
    {
      found: { patients: ["hash p-old"] },
      told: [
        { ...TOLD, which: "change-1", state: "begun" },
        { ...TOLD, patient: "hash p-old" },
      ],
    },
    [not("same-time")],
  ],
  [
    "a reminder of one that was told as another record is sent",
    {
      ...AT_REMINDER,
      found: { patients: ["hash p-old"] },
      told: [{ ...TOLD, patient: "hash p-old" }],
    },
    [expect.stringMatching(/[Rr]eminder/)],
  ],
  [
    "what was booked, cancelled and booked again before anybody was told is new",
    { before: [{}, { change: "cancelled" }] },
    [not("superseded", "cancellation", "change-2"), UNTOLD, NEW],
  ],
  [
    "a reminder of what was cancelled and booked again is sent, while that is not told",
    {
      ...AT_REMINDER,
      before: [{}, { change: "cancelled" }],
      told: [
        { ...TOLD, kind: "cancellation", which: "change-2", state: "withheld", code: "superseded" },
        { ...TOLD, which: "change-1" },
      ],
    },
    [expect.stringMatching(/[Rr]eminder/)],
  ],
  [
    "a move, where an earlier change cannot be read and nobody is known to have been told, is told as new",
    { ...MOVED, before: ["unreadable"] },
    [NEW],
  ],
  [
    "also where the others were told to nobody",
    { ...MOVED, before: [{ start: inMinutes(2 * DAY) }, "unreadable"] },
    [UNTOLD, NEW],
  ],
  [
    "and as moved to whoever was told before",
    { ...MOVED, before: ["unreadable"], told: [{ ...TOLD, start: "" }] },
    ["Visit moved to Tue, Jan 5, 12"],
  ],
  [
    "or where all can be read, and they could not be texted",
    {
      ...MOVED,
      told: [{ kind: "confirmation", which: "change-1", state: "withheld", code: "no-mobile", start: "" }],
    },
    [UNTOLD, "Visit moved to Tue, Jan 5, 12"],
  ],
  [
    "a cancellation of what was withheld before they were told of it is told to nobody",
    {
      ...CANCELLED,
      before: [{}],
      told: [
        {
          ...{ kind: "confirmation", which: "change-1", state: "withheld", code: "superseded" },
          start: START.toISOString(),
        },
      ],
    },
    [UNTOLD, not("not-told", "cancellation", "change-2")],
  ],
  [
    "a cancellation of what nobody was told of is told to nobody",
    { ...CANCELLED, before: [{}] },
    [UNTOLD, not("not-told", "cancellation", "change-2")],
  ],
  [
    "a cancellation of what they were told of is told",
    { ...CANCELLED, before: [{}], told: [TOLD] },
    [UNTOLD, "Your video visit Tue, Jan 5, 12"],
  ],
  [
    "a cancellation of what was known before is told",
    { ...CANCELLED, before: [{ knownBefore: true }] },
    [not("known-before"), "Your video visit Tue, Jan 5, 12"],
  ],
])("what patients know already: %s", async (_what, said, did) => {
  expect(await done(said)).toEqual(all(did));
});

/** The chart has named the patient anew at the same time, which was not worth telling, and does so once more. */
const NAMED_ANEW: Said = {
  before: [{}, {}],
  told: [
    { ...TOLD, which: "change-2", state: "withheld", code: "same-time" },
    { ...TOLD, which: "change-1" },
  ],
  generation: 0,
};
test.each<[what: string, said: Said, did: readonly unknown[]]>([
  ["nothing new", NAMED_ANEW, [not("same-time", "confirmation", "change-3")]],
  ["new where somebody else has had the link meanwhile", { ...NAMED_ANEW, generation: 1 }, [NEW]],
  ["new where an earlier change cannot be read", { ...NAMED_ANEW, before: ["unreadable", {}] }, [NEW]],
  [
    "new at another time",
    {
      ...NAMED_ANEW,
      told: NAMED_ANEW.told?.map((one) => ({ ...one, start: inMinutes(2 * DAY).toISOString() })) ?? [],
    },
    [NEW],
  ],
  [
    "new where it was told as a move since by the hospital",
    {
      ...NAMED_ANEW,
      told: [
        { ...TOLD, kind: "update", which: "change-0", state: "withheld", code: "kind-off" },
        ...(NAMED_ANEW.told ?? []),
      ],
    },
    [NEW],
  ],
  ["reminded of", { ...NAMED_ANEW, ...AT_REMINDER }, [expect.stringMatching(/[Rr]eminder/)]],
])("a visit whose patient is named anew once more is %s", async (_what, said, did) => {
  const { outcome, did: was } = await done(said);
  expect(outcome).toEqual(DONE);
  // What becomes of the records of earlier changes is looked at above.
  expect(was.slice(-1)).toEqual(did);
});

const CLOSED: Said = { state: "ended", closedAt: inMinutes(-5) };
test.each<[what: string, said: Said, answer: object]>([
  ["and of which nothing else is known waits", CLOSED, sometime("closed")],
  ["at the moment of the change waits", { ...CLOSED, closedAt: inMinutes(-10) }, sometime("closed")],
  ["before the chart changed it is told", { ...CLOSED, closedAt: inMinutes(-11) }, all([NEW])],
  ["for another start is told", { ...CLOSED, closedFor: inMinutes(DAY + 60) }, all([NEW])],
  [
    "and that is cancelled is told as cancelled",
    { ...CLOSED, ...CANCELLED },
    all(["Your video visit Tue, Jan 5, 12"]),
  ],
  [
    "before the chart changed it has ended at its start",
    { ...CLOSED, closedAt: inMinutes(-11), now: START },
    all([not("ended")]),
  ],
])("a visit whose links staff have closed %s", async (_what, said, answer) => {
  expect(await done(said)).toEqual(answer);
});

test("a reminder that is looked at when the visit starts was too late, whichever others there are", async () => {
  const what = nameOf({ kind: "reminder", minutesBefore: 24 * 60, start: START });
  expect(await done({ what, now: START })).toEqual(all([not("too-late", "reminder", "reminder")]));
});

test("a reminder of an early visit that became known in the last minutes of the evening waits for its time, by mail alone", async () => {
  const start = inMinutes(20 * HOUR + 10);
  const said: Said = {
    what: nameOf({ kind: "reminder", minutesBefore: 15, start }),
    found: { start, end: inMinutes(20 * HOUR + 40) },
    change: { at: inMinutes(8 * HOUR + 45) },
  };
  expect(await done({ ...said, now: inMinutes(10 * HOUR) })).toEqual(waits("hours", 9 * 3600 + 55 * 60));
  expect(await done({ ...said, now: inMinutes(20 * HOUR - 5) })).toEqual(
    all([not("night", "reminder", "reminder"), ["reminder", "mail", "reminder", "no-sender"]]),
  );
});

test.each<[what: string, said: Said, outcome: object, did: readonly unknown[]]>([
  ["waits by day", {}, UNREAD, []],
  ["waits by night, and is not held back for the hours", { now: inMinutes(15 * HOUR) }, UNREAD, []],
  ["of a kind that may be off waits", { kinds: [] }, UNREAD, []],
  ["that would be far ahead by a guess waits no longer than the others", { aheadDays: 0.5 }, UNREAD, []],
  [
    "of a visit that has ended is withheld from its start on",
    { state: "ended", now: START },
    { kind: "done" },
    [["confirmation", "text", "change-1", "ended"]],
  ],
  ["is withheld for what stands against it anyway", { found: "none" }, { kind: "done" }, []],
  [
    "is too late in the end",
    { now: inMinutes(DAY + HOUR) },
    { kind: "done" },
    [["confirmation", "text", "change-1", "too-late"]],
  ],
])("while what is set of messages cannot be read, a message %s", async (_what, said, outcome, did) => {
  const known = await done({ isUnknown: true, ...said });
  expect(known.outcome).toMatchObject(outcome);
  expect(known.did).toEqual(did);
});

test("a reminder whose place another one would take, by a guess alone, waits for the rules", async () => {
  const what = nameOf({ kind: "reminder", minutesBefore: 24 * 60, start: START });
  const said: Said = { what, now: inMinutes(DAY - 10) };
  expect(await done({ ...said, isUnknown: true })).toMatchObject({ outcome: UNREAD, did: [] });
  expect(await done(said)).toEqual(all([not("superseded", "reminder", "reminder")]));
});

test("of two reminders at night the later one goes, as soon as its time has come", async () => {
  const start = inMinutes(11 * HOUR);
  const said: Said = {
    what: nameOf({ kind: "reminder", minutesBefore: 60, start }),
    found: { start, end: inMinutes(11 * HOUR + 30) },
    reminders: [60, 15],
  };
  expect(await done({ ...said, now: inMinutes(11 * HOUR - 15) })).toEqual(
    all([not("superseded", "reminder", "reminder")]),
  );
});

test("a reminder that came up by a guess is withheld where the rules want none at that time", async () => {
  const what = nameOf({ kind: "reminder", minutesBefore: 45, start: START });
  const said: Said = { what, now: inMinutes(DAY - 45) };
  expect((await done({ ...said, isUnknown: true })).outcome).toMatchObject(UNREAD);
  expect(await done(said)).toEqual(all([not("kind-off", "reminder", "reminder")]));
});
