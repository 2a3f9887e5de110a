/** What a patient believes of a visit, by the records of its messages. */
import { expect, test } from "vitest";
import { beliefOf, isWrong, type Belief } from "../../../../app/flows/messages/belief.ts";
import type { FoundVisit } from "../../../../app/domain/found.ts";
import { isTold, type Message } from "../../../../app/records/messages.ts";

const day = (number: number) => new Date(Date.UTC(2027, 0, number, 10));
type Record = Parameters<typeof beliefOf>[0][number];
const THEIRS = new Set(["hash p-a", "hash p-old"]);

/** A record of the visit's change of that number, told to p-a unless it says otherwise. */
const record = (
  number: number,
  kind: Message["kind"],
  start: number,
  more: Partial<Message> = {},
): Record => ({
  ...{ kind, which: "change-" + String(number), start: day(start).toISOString() },
  ...{ state: "accepted", patient: "hash p-a", ...more },
});
const not = (code: string, more: Partial<Message> = {}): Partial<Message> => ({
  ...{ state: "withheld", code, patient: undefined as never },
  ...more,
});
const believes = (isOn: boolean, start: number | undefined, by: Belief["by"]): Belief => ({
  ...{ isOn, by },
  ...(start !== undefined && { start: day(start) }),
});

test.each<[what: string, newestFirst: readonly Record[], belief: Belief | undefined]>([
  ["nothing is recorded any more", [], believes(true, undefined, "supposed")],
  ["they were told", [record(1, "confirmation", 5)], believes(true, 5, "told")],
  [
    "under another id of theirs",
    [record(1, "confirmation", 5, { patient: "hash p-old" })],
    believes(true, 5, "told"),
  ],
  [
    "they were told last that it moved",
    [record(2, "update", 6), record(1, "confirmation", 5)],
    believes(true, 6, "told"),
  ],
  [
    "they were told last that it is cancelled",
    [record(2, "cancellation", 6), record(1, "confirmation", 5)],
    believes(false, 6, "told"),
  ],
  [
    "a move was not told",
    [record(2, "update", 6, not("opted-out")), record(1, "confirmation", 5)],
    believes(true, 5, "told"),
  ],
  [
    "somebody else was told since",
    [record(2, "confirmation", 6, { patient: "hash p-b" }), record(1, "confirmation", 5)],
    believes(true, 5, "told"),
  ],
  [
    "the message that is to be sent was tried",
    [record(3, "update", 6, { state: "failed" })],
    believes(true, undefined, "supposed"),
  ],
  [
    "it was cancelled since and they were not told",
    [record(2, "cancellation", 5, not("superseded")), record(1, "confirmation", 5)],
    { ...believes(true, 5, "told"), isTheirsStill: true },
  ],
  [
    "it was cancelled since, and new to somebody else",
    [
      record(5, "confirmation", 5, not("superseded")),
      record(4, "cancellation", 5, not("superseded")),
      record(1, "confirmation", 5),
    ],
    believes(true, 5, "told"),
  ],
  [
    "they were named anew at the same time",
    [record(4, "confirmation", 5, not("same-time")), record(1, "confirmation", 5)],
    { ...believes(true, 5, "told"), isNamedAnew: true },
  ],
  [
    "they were named anew at the same time, with a move in between that nobody was told",
    [
      record(4, "confirmation", 5, not("same-time")),
      record(2, "update", 5, not("superseded")),
      record(1, "confirmation", 5),
    ],
    { ...believes(true, 5, "told"), isNamedAnew: true },
  ],
  [
    "they were named anew at the same time, and it was new to somebody in between",
    [
      record(4, "confirmation", 5, not("same-time")),
      record(2, "confirmation", 5, not("superseded")),
      record(1, "confirmation", 5),
    ],
    believes(true, 5, "told"),
  ],
  [
    "they were named anew at the same time, and what was told does not say to whom",
    [
      record(4, "confirmation", 5, not("same-time")),
      record(1, "confirmation", 5, { patient: undefined as never }),
    ],
    believes(true, 5, "told"),
  ],
  [
    "they were named anew at the same time, and staff have told them",
    [record(4, "confirmation", 5, not("same-time")), record(0, "link", 5, { which: undefined as never })],
    believes(true, 5, "told"),
  ],
  [
    "staff sent them the link",
    [record(0, "link", 5, { which: undefined as never })],
    believes(true, 5, "told"),
  ],
  ["it was known before", [record(1, "confirmation", 5, not("known-before"))], believes(true, 5, "informed")],
  [
    "it was known before, of them, and is new to somebody else since",
    [
      record(2, "confirmation", 6, not("superseded")),
      record(1, "confirmation", 5, not("known-before", { patient: "hash p-a" })),
    ],
    believes(true, 5, "informed"),
  ],
  [
    "it was known before, of whoever had it, and is new to them",
    [record(2, "confirmation", 6, not("superseded")), record(1, "confirmation", 5, not("known-before"))],
    undefined,
  ],
  [
    "it was known before, of somebody else, and is new to them",
    [
      record(2, "confirmation", 6, not("superseded")),
      record(1, "confirmation", 5, not("known-before", { patient: "hash p-b" })),
    ],
    undefined,
  ],
  [
    "the hospital tells moves itself",
    [record(2, "update", 6, not("kind-off", { patient: "hash p-a" })), record(1, "confirmation", 5)],
    believes(true, 6, "informed"),
  ],
  ["it was changed before they were told", [record(1, "confirmation", 5, not("superseded"))], undefined],
  [
    "it was changed before they were told, and they were told that staff run late",
    [record(0, "late", 5, { which: "late-1" }), record(1, "confirmation", 5, not("superseded"))],
    believes(true, undefined, "supposed"),
  ],
  [
    "it was changed before a mail followed the text that failed",
    [
      record(1, "confirmation", 5, not("superseded", { way: "mail" })),
      record(1, "confirmation", 5, { state: "failed", code: "4004" }),
    ],
    believes(true, 5, "supposed"),
  ],
  [
    "no notice could be sent",
    [record(1, "confirmation", 5, not("no-mobile"))],
    believes(true, 5, "supposed"),
  ],
  [
    "no notice could be sent, nor word of the move",
    [record(2, "update", 6, not("no-mobile")), record(1, "confirmation", 5, not("no-mobile"))],
    believes(true, 6, "supposed"),
  ],
  [
    "no notice could be sent, and the move was changed before it was told",
    [record(2, "update", 6, not("superseded")), record(1, "confirmation", 5, not("no-mobile"))],
    believes(true, 5, "supposed"),
  ],
])("what a patient believes where %s", (_what, records, belief) => {
  expect(beliefOf(records, THEIRS, ["change-3", "change-3-again"])).toEqual(belief);
});

test.each<[what: string, belief: Belief, now: Pick<FoundVisit, "standing" | "start">, wrong: boolean]>([
  ["it is so", believes(true, 5, "told"), { standing: "on", start: day(5) }, false],
  ["it has moved", believes(true, 5, "told"), { standing: "on", start: day(6) }, true],
  ["it is cancelled", believes(true, 5, "told"), { standing: "cancelled", start: day(5) }, true],
  ["it is on again", believes(false, 5, "told"), { standing: "on", start: day(5) }, true],
  [
    "it is cancelled, as they know",
    believes(false, 5, "told"),
    { standing: "cancelled", start: day(6) },
    false,
  ],
  ["they know no time", believes(true, undefined, "supposed"), { standing: "on", start: day(5) }, true],
])("whether a patient is wrong where %s", (_what, belief, now, wrong) => {
  expect(isWrong(belief, now)).toBe(wrong);
});

test("what may have left counts as told, and what surely has not does not", () => {
  const states = ["begun", "accepted", "delivered", "waiting", "refused", "withheld", "failed"] as const;
  expect(states.filter((state) => isTold({ state }))).toEqual(["begun", "accepted", "delivered"]);
});
