/** What a message is about: what is known of the change, the reminder or the click by the time that it is looked at. */
import { expect, test } from "vitest";
import type { Job } from "../../../../app/domain/job.ts";
import type { FoundVisit } from "../../../../app/domain/found.ts";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import type { VisitMessage } from "../../../../app/domain/visitMessages.ts";
import { earlierOf, occasionOf } from "../../../../app/flows/messages/occasion.ts";
import type { MessagePicks } from "../../../../app/flows/messages/parts.ts";
import type { Message } from "../../../../app/records/messages.ts";
import { UnreadableRecord } from "../../../../app/records/record.ts";
import type { VisitChange } from "../../../../app/records/visitChanges.ts";

const NOW = new Date("2027-01-04T10:00:00Z");
const inMinutes = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
const VISIT = "AAAAAAAAAAAAAAAA" as VisitId;
const START = inMinutes(120);

type Change = Pick<VisitChange, "change" | "at" | "start" | "knownBefore">;
interface Said {
  readonly found?: Partial<FoundVisit> | "none";
  readonly changes?: readonly (Change | "unreadable")[];
  readonly records?: readonly Pick<Message, "which" | "state" | "code">[];
  /** The state of each job that tells a change, by its key behind the visit. */
  readonly jobs?: Readonly<Record<string, Job["state"] | "unreadable">>;
  readonly row?: { readonly start?: Date; readonly state?: string; readonly late?: Date } | "none";
}

function hospital({ found, changes = [NEW], row = {}, records = [], jobs = {} }: Said) {
  const known = {
    ...{ id: VISIT, standing: "on", start: START, changes: changes.length, firstSeen: inMinutes(-60) },
    ...(found === "none" ? {} : found),
  } as FoundVisit;
  const withheld: unknown[] = [];
  const parts = {
    foundVisits: { byId: () => Promise.resolve(found === "none" ? undefined : known) },
    messages: {
      of: () => Promise.resolve(records),
      withhold: (of: object, code: string) => {
        withheld.push([of, code]);
        return Promise.resolve({ ...of, code });
      },
    },
    jobs: {
      read(id: string) {
        const state = jobs[id.replace(`message:${VISIT} `, "")];
        if (state === "unreadable") return Promise.reject(new UnreadableRecord("damaged"));
        return Promise.resolve(state && { job: { state } });
      },
    },
    queue: { now: () => NOW },
    visitChanges: {
      read(_visit: string, number: number) {
        const change = changes[number - 1];
        return change === "unreadable"
          ? Promise.reject(new UnreadableRecord("damaged"))
          : Promise.resolve(change);
      },
    },
    visits: {
      byId: () =>
        Promise.resolve(
          row === "none" ? undefined : { start: START, state: "open", late: inMinutes(-2), ...row },
        ),
    },
  } as unknown as MessagePicks;
  return { parts, known, withheld };
}
const NEW: Change = { change: "new", at: inMinutes(-10), start: START };
const of = async (message: VisitMessage, said: Said = {}) => {
  const { parts, known } = hospital(said);
  return { occasion: await occasionOf(parts, VISIT, message), known };
};

const FIRST: VisitMessage = { kind: "change", number: 1 };
const REMINDER: VisitMessage = { kind: "reminder", minutesBefore: 15, start: START };
const LATE: VisitMessage = { kind: "late", said: inMinutes(-2) };

test.each([FIRST, REMINDER, LATE])(
  "of a visit that is not known there is nothing to be told: $kind",
  async (message) => {
    expect((await of(message, { found: "none" })).occasion).toBeUndefined();
  },
);

test("of a late visit whose row has another start than was found, nothing is told until they agree", async () => {
  expect((await of(LATE, { row: { start: inMinutes(150) } })).occasion).toBeUndefined();
});

test("of a change that is not known any more there is nothing to be told", async () => {
  expect((await of({ kind: "change", number: 2 })).occasion).toBeUndefined();
});

test.each([
  ["new", "confirmation", 0, "on"],
  ["moved", "update", 2, "on"],
  ["cancelled", "cancellation", 0, "cancelled"],
] as const)("a %s visit is told of as %s, %i minutes later", async (change, kind, minutes, standing) => {
  const { occasion, known } = await of(FIRST, { changes: [{ ...NEW, change }], found: { standing } });
  expect(occasion).toEqual({
    found: known,
    kind,
    known: NEW.at,
    due: new Date(NEW.at.getTime() + minutes * 60_000),
    record: { visit: VISIT, kind, start: START.toISOString(), which: "change-1" },
    isSuperseded: false,
    wasKnownBefore: false,
  });
});

test("a reminder is due so long before the visit, and known since the visit's last change", async () => {
  const { occasion, known } = await of(REMINDER);
  expect(occasion).toEqual({
    found: known,
    kind: "reminder",
    known: NEW.at,
    due: inMinutes(105),
    record: {
      ...{ visit: VISIT, kind: "reminder", start: START.toISOString() },
      which: "reminder-15-" + START.toISOString(),
    },
    isSuperseded: false,
    wasKnownBefore: false,
  });
  const { occasion: without } = await of(REMINDER, { changes: [] });
  expect(without?.known).toEqual(inMinutes(-60));
});

test.each<[what: string, said: Said]>([
  ["cannot be read", { changes: ["unreadable"] }],
  ["cannot be read, whatever was before it", { changes: [NEW, "unreadable"] }],
  ["is not kept any more, whatever was before it", { found: { changes: 2 } }],
])("a patient knows of a visit whose last change %s as long as we do", async (_what, said) => {
  const { occasion } = await of(REMINDER, said);
  expect([occasion?.known, occasion?.isSuperseded]).toEqual([inMinutes(-60), false]);
  const seen = { ...said, found: { ...(said.found as object), firstSeen: inMinutes(106) } };
  expect((await of(REMINDER, seen)).occasion).toMatchObject({ known: inMinutes(106), isSuperseded: true });
});

test("that staff run late is known, and due, since they said it", async () => {
  const { occasion, known } = await of(LATE);
  expect(occasion).toEqual({
    found: known,
    kind: "late",
    known: LATE.said,
    due: LATE.said,
    record: {
      ...{ visit: VISIT, kind: "late", start: START.toISOString() },
      which: "late-" + LATE.said.toISOString(),
    },
    isSuperseded: false,
    wasKnownBefore: false,
  });
});

const MOVED: Change = { ...NEW, change: "moved", at: inMinutes(106) };
const told = (number: number, code?: string) => ({
  which: "change-" + String(number),
  ...(code === undefined ? { state: "accepted" as const } : { state: "withheld" as const, code }),
});
test.each<[what: string, said: Said, isSuperseded: boolean, waits: object]>([
  ["moved elsewhere", { found: { start: inMinutes(121) } }, false, { isElsewhere: true }],
  ["cancelled", { found: { standing: "cancelled" } }, false, { isElsewhere: true }],
  ["moved there, which is not told yet", { changes: [NEW, MOVED] }, false, { isToldFirst: true }],
  ["moved there, which was told", { changes: [NEW, MOVED], records: [told(2)] }, true, {}],
  [
    "moved there, which could not be told",
    { changes: [NEW, MOVED], records: [told(2, "no-mobile")] },
    true,
    {},
  ],
  [
    "moved away and back, which was not worth telling",
    { changes: [NEW, MOVED, MOVED], records: [told(3, "same-time"), told(2, "superseded")] },
    false,
    {},
  ],
  [
    "moved away, which was told before that time, and back",
    {
      changes: [NEW, { ...MOVED, at: inMinutes(50) }, MOVED],
      records: [told(3, "same-time"), told(2)],
    },
    false,
    {},
  ],
  [
    "moved there, of which a mail told and no text",
    { changes: [NEW, MOVED], records: [told(2), told(2, "superseded")] },
    true,
    {},
  ],
  [
    "new and put back, neither of which was worth telling,",
    {
      changes: [{ ...NEW, at: inMinutes(106) }, MOVED],
      records: [told(2, "same-time"), told(1, "superseded")],
    },
    true,
    {},
  ],
  [
    "moved away, which was told, and back",
    { changes: [NEW, MOVED, MOVED], records: [told(3, "same-time"), told(2)] },
    true,
    {},
  ],
])("a reminder of a visit that was %s after its time", async (_what, said, isSuperseded, waits) => {
  const { occasion } = await of(REMINDER, said);
  const { isElsewhere, isToldFirst } = occasion ?? {};
  expect(occasion?.isSuperseded).toBe(isSuperseded);
  expect({ ...(isElsewhere && { isElsewhere }), ...(isToldFirst && { isToldFirst }) }).toEqual(waits);
});

const OLD: Change = { ...NEW, at: inMinutes(-11) };
const BEFORE_ITS_TIME: Change = { ...MOVED, at: inMinutes(-11) };
const failed = { ...told(2), state: "failed" } as const;
test.each<[what: string, said: Said, waits: boolean]>([
  ["new and seen lately", { changes: [{ ...NEW, at: inMinutes(-9) }] }, true],
  ["new and seen long ago, without a job", { changes: [OLD] }, false],
  ["new, and still to be told", { changes: [OLD], jobs: { "change-1": "waiting" } }, true],
  ["new, and being told", { changes: [OLD], jobs: { "change-1": "running" } }, true],
  ["new, which was given up", { changes: [NEW], jobs: { "change-1": "poisoned" } }, false],
  ["new, of whose job nobody can say", { changes: [NEW], jobs: { "change-1": "unreadable" } }, false],
  ["moved, and still to be told", { changes: [NEW, BEFORE_ITS_TIME], jobs: { "change-2": "waiting" } }, true],
  [
    "moved, which was told",
    { changes: [NEW, BEFORE_ITS_TIME], records: [told(2)], jobs: { "change-2": "waiting" } },
    false,
  ],
  [
    "moved, of which a mail is to tell",
    { changes: [NEW, BEFORE_ITS_TIME], records: [told(2, "no-mobile")], jobs: { "change-2": "waiting" } },
    true,
  ],
  [
    "moved, which is in doubt and not tried again",
    {
      changes: [NEW, BEFORE_ITS_TIME],
      records: [{ ...told(2), state: "begun" }],
      jobs: { "change-2": "done" },
    },
    false,
  ],
  ...["again", "mail"].map(
    (by) =>
      [
        `moved, whose text has failed and is followed (${by})`,
        {
          changes: [NEW, BEFORE_ITS_TIME],
          records: [failed],
          jobs: { "change-2": "done", ["change-2 " + by]: "waiting" },
        },
        true,
      ] as [string, Said, boolean],
  ),
  [
    "moved, whose text has failed and is not followed",
    { changes: [NEW, BEFORE_ITS_TIME], records: [failed], jobs: { "change-2": "done" } },
    false,
  ],
])("a reminder waits for what is new of its visit: %s", async (_what, said, waits) => {
  const { occasion } = await of(REMINDER, said);
  expect([occasion?.isToldFirst === true, occasion?.isSuperseded]).toEqual([waits, false]);
  const past: VisitMessage = { ...REMINDER, start: inMinutes(0) };
  const started = { ...said, found: { start: inMinutes(0) } };
  const { occasion: late } = await of(past, started);
  expect(late?.isToldFirst).toBeUndefined();
  if (waits) expect(late?.isSuperseded).toBe(true);
});

const CANCELLED: Change = { ...NEW, change: "cancelled" };
const PAST: VisitMessage = { ...REMINDER, start: inMinutes(-1) };
test.each<[what: string, message: VisitMessage, said: Said, isSuperseded: boolean]>([
  ["a later change is known", FIRST, { changes: [NEW, { ...NEW, change: "moved" }] }, true],
  ["a new visit is cancelled", FIRST, { found: { standing: "cancelled" } }, true],
  ["a new visit is away", FIRST, { found: { standing: "away" } }, false],
  ["a new visit is missed", FIRST, { found: { standing: "missed" } }, false],
  ["a cancelled visit is on", FIRST, { changes: [CANCELLED] }, true],
  ["a cancelled visit is away", FIRST, { changes: [CANCELLED], found: { standing: "away" } }, false],
  [
    "a reminded visit is cancelled, and may be on again",
    REMINDER,
    { found: { standing: "cancelled" } },
    false,
  ],
  ["a reminded visit is away", REMINDER, { found: { standing: "away" } }, false],
  ["a reminded visit was moved, and may be put back", REMINDER, { found: { start: inMinutes(121) } }, false],
  ["a reminded visit was moved, and its time has passed", PAST, { found: { start: inMinutes(121) } }, true],
  [
    "a reminder's time had passed",
    REMINDER,
    { changes: [{ ...NEW, at: inMinutes(105) }], jobs: { "change-1": "done" } },
    true,
  ],
  ["a reminder's time was still to come", REMINDER, { changes: [{ ...NEW, at: inMinutes(104) }] }, false],
  ["a late visit is cancelled", LATE, { found: { standing: "cancelled" } }, true],
  ["a late visit's row is not there", LATE, { row: "none" }, true],
  [
    "a late visit is cancelled and its row was moved",
    LATE,
    { found: { standing: "cancelled" }, row: { start: inMinutes(150) } },
    true,
  ],
  [
    "it was said of another start before",
    LATE,
    { row: { start: inMinutes(150), late: inMinutes(-1) } },
    true,
  ],
  ["a late visit is ended", LATE, { row: { state: "ended" } }, true],
  ["it was said once more since", LATE, { row: { late: inMinutes(-1) } }, true],
])("whether something else is true by now, where %s: %#", async (_what, message, said, isSuperseded) => {
  expect((await of(message, said)).occasion?.isSuperseded).toBe(isSuperseded);
});

test("a visit that the first look at its location found was known before", async () => {
  const { occasion } = await of(FIRST, { changes: [{ ...NEW, knownBefore: true }] });
  expect(occasion?.wasKnownBefore).toBe(true);
});

test("a change takes the earlier ones with it, down to the last that is known, each for its reason", async () => {
  const moved: Change = { change: "moved", at: inMinutes(-5), start: inMinutes(60) };
  const changes = [{ ...NEW, knownBefore: true } as const, moved, { ...NEW, change: "moved" } as const];
  const { parts, withheld } = hospital({ changes });
  const { earlier, isUnreadable } = await earlierOf(parts, VISIT, { kind: "change", number: 3 });
  const records = [
    [
      { visit: VISIT, kind: "update", start: moved.start.toISOString(), which: "change-2", way: "text" },
      "superseded",
    ],
    [
      { visit: VISIT, kind: "confirmation", start: START.toISOString(), which: "change-1", way: "text" },
      "known-before",
    ],
  ] as const;
  expect(withheld).toEqual(records);
  expect(earlier).toEqual(records.map(([record, code]) => ({ ...record, code })));
  expect(isUnreadable).toBe(false);
});

test("what is gone ends the earlier changes, and there are none before the first, a reminder or a click", async () => {
  const changes = [NEW, undefined as never, { ...NEW, change: "moved" } as const];
  const { parts, withheld } = hospital({ changes });
  const none = { earlier: [], isUnreadable: false };
  expect(await earlierOf(parts, VISIT, { kind: "change", number: 3 })).toEqual(none);
  for (const message of [FIRST, REMINDER, LATE]) expect(await earlierOf(parts, VISIT, message)).toEqual(none);
  expect(withheld).toEqual([]);
});
