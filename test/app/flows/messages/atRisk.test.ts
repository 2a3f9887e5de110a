/** When a visit is at risk, because its patient is not told what is so: while its message waits, and where it is not sent. */
import { expect, test } from "vitest";
import type { FoundVisit } from "../../../../app/domain/found.ts";
import type { Message } from "../../../../app/records/messages.ts";
import { UnreadableRecord } from "../../../../app/records/record.ts";
import {
  AT_REMINDER,
  CANCELLED,
  DAY,
  done,
  END,
  HOUR,
  inMinutes,
  LATE,
  REMINDER,
  type Said,
  START,
  TOLD_EARLIER,
} from "../../../harness/doneJob.ts";

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
  ["a move that is held back", { ...MOVED_EARLIER, held: ["p-a"] }, true],
  [
    "a move that is held back, of who was told under another id",
    { ...MOVED_EARLIER, held: ["p-a"], told: [{ ...TOLD_EARLIER, patient: "hash p-old" }] },
    true,
  ],
  [
    "a move that is held back, of who knows it under another id",
    {
      ...MOVED_EARLIER,
      held: ["p-a"],
      told: [{ ...TOLD_EARLIER, start: START.toISOString(), patient: "hash p-old" }],
    },
    false,
  ],
  ["a first notice that is held back", { held: ["p-a"] }, false],
  [
    "a reminder that is held back",
    { ...AT_REMINDER, held: ["p-a"], told: [{ ...TOLD_EARLIER, patient: "hash p-old" }] },
    false,
  ],
  [
    "that staff run late, which is held back",
    { ...LATE, held: ["p-a"], told: [{ ...TOLD_EARLIER, patient: "hash p-old" }] },
    false,
  ],
])("a visit is at risk by what its patient believes and is not told: %s", async (_what, said, isAtRisk) => {
  let marks = 0;
  await done({ ...said, untold: () => (marks += 1) });
  expect(marks > 0).toBe(isAtRisk);
});

const [OTHER, SINCE] = [inMinutes(3 * DAY), inMinutes(2 * DAY)];
const toldLast = (more: Partial<Message>) => [{ ...TOLD_EARLIER, ...more }];
test.each<[what: string, said: Said, knownAt: Date | undefined | "as before"]>([
  ["is moved", MOVED_EARLIER, OTHER],
  [
    "is moved, and was at risk by another start",
    { ...MOVED_EARLIER, found: { isUntold: true, knownAt: SINCE } },
    OTHER,
  ],
  [
    "is moved, and is at risk already",
    { ...MOVED_EARLIER, found: { isUntold: true, knownAt: OTHER } },
    "as before",
  ],
  ["is cancelled", { ...CANCELLED, before: [{}], told: toldLast({ start: START.toISOString() }) }, undefined],
  [
    "is cancelled, and was at risk by another start",
    {
      ...CANCELLED,
      found: { standing: "cancelled", isUntold: true, knownAt: SINCE },
      before: [{}],
      told: toldLast({ start: START.toISOString() }),
    },
    undefined,
  ],
  ["is booked again", { ...MOVED_EARLIER, told: toldLast({ kind: "cancellation" }) }, undefined],
])("by which start a visit is at risk that %s", async (_what, said, knownAt) => {
  const marked: FoundVisit[] = [];
  await done({ ...said, isStopped: true, untold: (found) => marked.push(found) });
  const [found] = marked;
  expect(found?.isUntold).toBe(true);
  if (knownAt === "as before") expect(found?.knownAt).toBe(said.found !== "none" && said.found?.knownAt);
  else expect(found?.knownAt).toEqual(knownAt);
  expect(found !== undefined && "knownAt" in found).toBe(knownAt !== undefined);
});

test.each<[what: string, said: Said, isReached: boolean]>([
  ["of the visit as it is is told", {}, true],
  ["is a reminder", AT_REMINDER, false],
  [
    "is known to its patient already",
    { ...MOVED_EARLIER, told: toldLast({ start: START.toISOString() }) },
    true,
  ],
  [
    "may have left, and tells nothing that its patient believes otherwise",
    { by: "again", told: [{ which: "change-1", state: "delivered" }] },
    true,
  ],
])("a visit that was at risk is so no more once its message %s", async (_what, said, isReached) => {
  const reached: FoundVisit[] = [];
  const found = { isUntold: true, knownAt: OTHER } as const;
  await done({ ...said, found, reached: (now) => reached.push(now) });
  expect(reached.map((now) => ["isUntold" in now, "knownAt" in now])).toEqual(
    isReached ? [[false, false]] : [],
  );
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
  [
    "is moved, and where the connector fails",
    2,
    (minutes) => waitsFor(minutes, SOON, { chart: new Error("a bug") }),
  ],
])("a visit that %s is at risk once that has waited for %i minutes", async (_what, minutes, said) => {
  const fails = ({ told, chart }: Said) => told === "unreadable" || chart instanceof Error;
  const marks = async (waited: number) => {
    let count = 0;
    const about = said(waited);
    await done({ ...about, untold: () => (count += 1) }).catch((error: unknown) => {
      if (!fails(about)) throw error;
    });
    return count;
  };
  // What fails is looked at by the moment, and the rest by that of the next try.
  const least = fails(said(minutes)) ? minutes + NEXT_SECONDS / 60 : minutes;
  expect([await marks(least - 0.001), await marks(least)]).toEqual([0, 1]);
});

test.each([
  ["before the message is tried again", 0.2, 1],
  ["after that", 0.3, 0],
  ["no more, as it had begun when the move became known", -10, 0],
])("a visit whose patient comes %s: at once it is at risk", async (_what, comes, marks) => {
  let count = 0;
  const told = [{ ...TOLD_EARLIER, start: inMinutes(comes).toISOString() }];
  await done({ ...waitsFor(0, inMinutes(3 * DAY), { told }), untold: () => (count += 1) });
  expect(count).toBe(marks);
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
  ["one that is reminded of", { ...waitsFor(HOUR, START), what: REMINDER, now: inMinutes(DAY - 12) }],
  ["one of which nobody was told", waitsFor(HOUR, SOON, { told: [] })],
  ["one of which nobody was told by its start", { ...waitsFor(HOUR, START, { told: [] }), now: START }],
  ["one of which staff say that they run late", { ...waitsFor(HOUR, START), ...LATE, now: inMinutes(10) }],
])("%s is at no risk while its message waits", async (what, said) => {
  let count = 0;
  await done({ ...said, untold: () => (count += 1) }).catch((error: unknown) => {
    if (!(error instanceof UnreadableRecord)) throw error;
  });
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

test("where a row cannot be read, whatever is known of another start stays", async () => {
  const marked: FoundVisit[] = [];
  const found = { standing: "cancelled", isUntold: true, knownAt: OTHER } as const;
  const said: Said = { ...CANCELLED, found, isDeleted: new UnreadableRecord("damaged") };
  await expect(done({ ...said, untold: (one) => marked.push(one) })).rejects.toThrow(UnreadableRecord);
  expect(marked).toMatchObject([{ knownAt: OTHER }]);
});

test.each<[what: string, said: Said]>([
  ["the connector fails", { ...CANCELLED, isDeleted: new Error("a bug") }],
  ["the visit is not found", { found: "none", isDeleted: new UnreadableRecord("damaged") }],
  ["it is to be reminded of", { ...CANCELLED, what: REMINDER, isDeleted: new UnreadableRecord("damaged") }],
])(
  "a visit of which nobody can say whether it was deleted is at no risk for that where %s",
  async (_what, said) => {
    let count = 0;
    await expect(done({ ...said, untold: () => (count += 1) })).rejects.toBe(said.isDeleted);
    expect(count).toBe(0);
  },
);
