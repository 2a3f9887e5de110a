/** What patients know already, by the records of what they were told, and what they are told then. */
import { expect, test } from "vitest";
import type { Message } from "../../../../app/records/messages.ts";
import {
  all,
  AT_REMINDER,
  CANCELLED,
  DAY,
  done,
  DONE,
  inMinutes,
  NEW,
  not,
  type Said,
  START,
} from "../../../harness/doneJob.ts";

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
  ...(
    [
      ["at their time is nothing new", START, not("same-time", "confirmation", "change-3")],
      ["at another time is moved", inMinutes(3 * DAY), "Visit moved to Tue, Jan 5, 12"],
    ] as const
  ).map(([what, start, did]): [string, Said, readonly unknown[]] => [
    "what they were told of, and was cancelled and booked again before that was told, " + what,
    {
      before: [{ start }, { change: "cancelled", start }],
      told: [{ ...TOLD, which: "change-1", start: start.toISOString() }],
    },
    [not("superseded", "cancellation", "change-2"), UNTOLD, did],
  ]),
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
      told: [
        {
          ...{ kind: "confirmation", which: "change-1", state: "withheld", code: "no-mobile" },
          start: inMinutes(2 * DAY).toISOString(),
        },
      ],
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
    "a cancellation names the time at which they would come",
    { ...CANCELLED, before: [{}], told: [{ ...TOLD, start: inMinutes(2 * DAY).toISOString() }] },
    [UNTOLD, "Your video visit Wed, Jan 6, 12"],
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
const namedAnew = (start: Date): readonly Partial<Message>[] =>
  [{ which: "change-2", state: "withheld", code: "same-time" } as const, { which: "change-1" } as const].map(
    (one) => ({ ...TOLD, ...one, start: start.toISOString() }),
  );
const NAMED_ANEW: Said = { before: [{}, {}], told: namedAnew(START), generation: 0 };
test.each<[what: string, said: Said, did: readonly unknown[]]>([
  ["nothing new", NAMED_ANEW, [not("same-time", "confirmation", "change-3")]],
  ["new where somebody else has had the link meanwhile", { ...NAMED_ANEW, generation: 1 }, [NEW]],
  ["new where an earlier change cannot be read", { ...NAMED_ANEW, before: ["unreadable", {}] }, [NEW]],
  ["new at another time", { ...NAMED_ANEW, told: namedAnew(inMinutes(2 * DAY)) }, [NEW]],
  [
    "new where it was told as a move since by the hospital",
    {
      ...NAMED_ANEW,
      told: [
        { ...TOLD, kind: "update", which: "change-0", state: "withheld", code: "kind-off" },
        ...namedAnew(START),
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

test.each<[what: string, said: Said]>([
  ["cancelled", CANCELLED],
  ["moved", { change: { change: "moved" } }],
])(
  "whose first notice had not left when the visit was %s is not taken for somebody who knows of it",
  async (_what, said) => {
    const { did } = await done({
      ...said,
      before: [{}],
      told: [
        {
          kind: "confirmation",
          which: "change-1",
          state: "waiting",
          start: START.toISOString(),
          patient: "hash p-a",
        },
      ],
    });
    expect(did[0]).toEqual(["confirmation", "text", "change-1", "superseded"]);
    expect(did.slice(1)).toEqual(said === CANCELLED ? [not("not-told", "cancellation", "change-2")] : [NEW]);
  },
);
