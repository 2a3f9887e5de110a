/**
 * When a message's job is done: each reason to hold it back, to put it off or to send it, with all else as it should be.
 */
import { expect, test } from "vitest";
import { putOff } from "../../../../app/charts/chartAt.ts";
import { RecordUntold } from "../../../../app/charts/sameRecord.ts";
import { nameOf } from "../../../../app/domain/visitMessages.ts";
import type { Trouble } from "../../../../app/ports/systemEhr.ts";
import type { Message } from "../../../../app/records/messages.ts";
import {
  all,
  AT_REMINDER,
  CANCELLED,
  DAY,
  done,
  END,
  HOUR,
  inMinutes,
  LATE,
  NEW,
  NOON,
  not,
  REMINDER,
  type Said,
  START,
} from "../../../harness/doneJob.ts";

const DOWN: Trouble = { kind: "down", reason: "away" };
const TOO_LARGE: Trouble = { kind: "too-large", reason: "more than 4 MB" };

const UNREAD = { kind: "not-now", reason: "messages.rules-unreadable" };

const waits = (reason: string, afterSeconds: number, more: object = {}) => ({
  outcome: {
    kind: "not-now",
    reason: "messages." + reason,
    afterSeconds: expect.closeTo(afterSeconds, 2) as number,
    ...more,
  },
  did: [],
});
/** As long as every wait for moments, and no longer than the visit allows (domain/waits.ts). */
const sometime = (reason: string) =>
  waits(reason, 15, { growsToSeconds: expect.toSatisfy((most: number) => most <= 300) as number });
const whileHeld = waits("held", 15, { growsToSeconds: 60 });

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
      notice: "done",
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
  [
    "staff say otherwise by now of being late",
    { ...LATE, late: inMinutes(-1) },
    [not("not-late", "late", "late-202")],
  ],
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
  ["that is moved waits two minutes", { change: { change: "moved", at: NOON } }, waits("hours", 120)],
  [
    "that was moved after its reminder was due is told of the move first",
    {
      what: REMINDER,
      now: inMinutes(DAY - 13),
      before: [{}],
      change: { change: "moved", at: inMinutes(DAY - 14) },
    },
    sometime("told-first"),
  ],
  ["is reminded of when it is time", { what: REMINDER, now: inMinutes(DAY - 16) }, waits("hours", 60)],
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
    "is looked at more often where it is not shown and starts within forty minutes",
    { chart: { kind: "not-shown" }, found: { start: inMinutes(8) } },
    waits("chart-differs", 15, { growsToSeconds: 60 }),
  ],
  [
    "is looked at as ever where it is not shown and starts later than that",
    { chart: { kind: "not-shown" }, found: { start: inMinutes(40) } },
    waits("chart-differs", 15, { growsToSeconds: 300 }),
  ],
  [
    "is looked at more often where it is not shown and has just started",
    { chart: { kind: "not-shown" }, found: { start: inMinutes(0) } },
    waits("chart-differs", 15, { growsToSeconds: 15 }),
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

const UNFOUND: Said = { ...LATE, found: "none" };
const notFound = waits("not-found", 15, { growsToSeconds: 60 });
test.each<[what: string, said: Said, answer: object]>([
  ["waits", UNFOUND, notFound],
  ["waits for a quarter of an hour", { ...UNFOUND, now: new Date(inMinutes(15).getTime() - 1) }, notFound],
  [
    "is not told after that, and its record says why",
    { ...UNFOUND, now: inMinutes(15) },
    all([not("not-found", "late", "late-202")]),
  ],
  [
    "and was taken back is not told",
    { ...UNFOUND, late: inMinutes(-1) },
    all([not("not-late", "late", "late-202")]),
  ],
  ["has no record where the visit was deleted", { ...UNFOUND, row: "none" }, all([])],
])("that staff run late of a visit that is not found %s", async (_what, said, answer) => {
  expect(await done(said)).toEqual(answer);
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
    ...told("confirmation", start, 0, { begun: inMinutes(8 * HOUR + 45).toISOString() }),
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

test.each<[what: string, said: Said, came: object]>([
  ["of its patient waits", { held: ["p-a"] }, whileHeld],
  ["of a row that names nobody waits", { held: [] }, whileHeld],
  ["of a visit that was found for nobody waits", { held: ["p-z"], found: { patients: [] } }, whileHeld],
  ["of another patient by now goes", { held: ["p-z"] }, all([NEW])],
  [
    "of another record of its patient waits, as the chart says",
    {
      held: ["p-old"],
      found: { patients: ["hash p-a"] },
      told: [{ patient: "hash p-old", kind: "update", start: START.toISOString() }],
    },
    whileHeld,
  ],
  ["that staff run late waits", { ...LATE, held: ["p-a"] }, whileHeld],
  ["a reminder waits", { ...AT_REMINDER, held: ["p-a"] }, whileHeld],
  ["a cancellation waits", { ...CANCELLED, held: ["p-a"] }, whileHeld],
  [
    "of an hour at which nobody is told waits for that alone",
    { held: ["p-a"], aheadDays: 0 },
    waits("ahead", DAY * 60),
  ],
  ["is withheld for it once it is too late", { held: ["p-a"], now: END }, all([not("held")])],
  ["of another patient is too late once it is too late", { held: ["p-z"], now: END }, all([not("too-late")])],
  [
    "a reminder is withheld for it once it is too late",
    { ...AT_REMINDER, held: ["p-a"], now: START },
    all([not("held", "reminder", "reminder")]),
  ],
  ["of what is not wanted says that", { held: ["p-a"], kinds: [] }, all([not("kind-off")])],
])("a message that staff hold back %s", async (_what, said, came) => {
  expect(await done(said)).toEqual(came);
});

const told = (kind: Message["kind"], start: Date, minutes: number, more: Partial<Message> = {}): Said => ({
  told: [
    {
      ...{ kind, which: "change-9", patient: "hash p-a" },
      start: start.toISOString(),
      begun: inMinutes(DAY - 15 + minutes).toISOString(),
      ...more,
    },
  ],
});
const REMINDED = all([expect.stringMatching(/reminder|Reminder/)]);
const SAID = all([not("superseded", "reminder", "reminder")]);
test.each<[what: string, said: Said, came: object]>([
  ["nothing else was told", {}, REMINDED],
  ["what is new was told well before its time", told("confirmation", START, -15), REMINDED],
  ["what is new was told shortly before its time", told("confirmation", START, -14), SAID],
  [
    "it was told to its patient under another id",
    told("update", START, -14, { patient: "hash p-old" }),
    SAID,
  ],
  ["it was told to somebody else", told("update", START, -14, { patient: "hash p-z" }), REMINDED],
  ["what is new was sent by hand", told("link", START, -14), SAID],
  ["what is new was told by mail", told("update", START, -14, { way: "mail" }), SAID],
  ["what is new has arrived", told("update", START, -14, { state: "delivered" }), SAID],
  ["what is new has failed", told("update", START, -14, { state: "failed" }), REMINDED],
  ["what is new may not have left", told("update", START, -14, { state: "begun" }), REMINDED],
  ["what is new has not left", told("update", START, -14, { state: "waiting" }), REMINDED],
  ["what is new was told at its time", told("confirmation", START, 0), SAID],
  ["a move to this start was told since", told("update", START, 1), SAID],
  ["a move to another start was told since", told("update", END, 1), REMINDED],
  ["another reminder went since", told("reminder", START, 1), REMINDED],
  [
    "what is new waits until it is let go",
    { notice: "waiting", noticeWaits: "messages.held" },
    sometime("told-first"),
  ],
  [
    "what is new was held back, and is on its way",
    { notice: "running", noticeWaits: "messages.held" },
    sometime("told-first"),
  ],
  [
    "what is new waits until it is let go, and began to wait before",
    {
      notice: "waiting",
      noticeWaits: "messages.held",
      told: [{ state: "waiting", which: "change-1" }],
    },
    sometime("told-first"),
  ],
  ["what is new was held back, and went nowhere", { notice: "done", noticeWaits: "messages.held" }, REMINDED],
  [
    "what is new waits for something else",
    { notice: "waiting", noticeWaits: "messages.hours" },
    sometime("told-first"),
  ],
  [
    "what is new is not texted, and is still to be mailed",
    { notice: "waiting", told: [{ state: "withheld", code: "no-number", which: "change-1" }] },
    sometime("told-first"),
  ],
  [
    "what is new was told nobody",
    { notice: "done", told: [{ state: "withheld", code: "no-number", which: "change-1" }] },
    REMINDED,
  ],
])("a reminder, where %s", async (_what, said, came) => {
  expect(await done({ ...AT_REMINDER, ...said })).toEqual(came);
});
