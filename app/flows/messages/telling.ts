/**
 * A message whose turn has come, and what becomes of one that is not sent: its record says why, and where that leaves a
 * patient who believes something that is not so, the visit is at risk until there is something else to be told.
 */
import type { FoundVisit } from "../../domain/found.ts";
import { noLongerUntold } from "../../messages/toldAfterAll.ts";
import { unheardOf, type Unheard } from "../../messages/unheard.ts";
import type { IdsOf, JobKinds, Outcome } from "../../domain/job.ts";
import { textNameOf, type VisitMessage } from "../../domain/visitMessages.ts";
import type { Withheld } from "../../domain/withheld.ts";
import type { Messaging } from "../../parts.ts";
import type { Message } from "../../records/messages.ts";
import { beliefOf, isWrong, type Belief } from "./belief.ts";
import type { Occasion } from "./occasion.ts";
import type { MessagePicks } from "./parts.ts";

export interface Telling {
  readonly parts: MessagePicks;
  readonly messaging: Messaging;
  readonly of: IdsOf<JobKinds, "message">;
  readonly message: VisitMessage;
  readonly occasion: Occasion;
  readonly signal: AbortSignal;
}

export const DONE: Outcome = { kind: "done" };

/**
 * The message reached its patient, or nothing was to be told to them: a visit that was at risk while the message waited is so
 * no longer, unless somebody else may come to it although it is cancelled.
 * @param whose as for {@link toldNobody}
 */
export async function reached(telling: Telling, whose?: ReadonlySet<string>): Promise<Outcome> {
  const { found, kind, record } = telling.occasion;
  const other = kind === "cancellation" ? await unheardBy(telling, whose) : undefined;
  if (other === undefined) return seenTo(telling);
  await telling.parts.foundVisits.edit(found.id, untoldOf(record.start, other));
  return DONE;
}

/** What was not told of an earlier change says nothing any more, and of a later one it is not this message's to say. */
async function seenTo({ parts, message, occasion }: Telling): Promise<Outcome> {
  const { found } = occasion;
  if (message.kind === "change" && found.isUntold === true)
    await parts.foundVisits.edit(found.id, noLongerUntold(message.number));
  return DONE;
}

/** What somebody believes whom the message does not go to, and who was told by us of a visit that is cancelled. */
async function unheardBy(
  { parts, occasion }: Telling,
  whose: ReadonlySet<string> = new Set(),
): Promise<Unheard | undefined> {
  const { found } = occasion;
  // Nobody else is asked about where it takes place, so nothing is read for that.
  return found.standing === "cancelled"
    ? unheardOf(await parts.messages.of(found.id), found, whose)
    : undefined;
}

/** The names of the message's own records: the text and its second try. */
export const namesOf = ({ of }: Pick<Telling, "of">): readonly string[] => [
  of.what,
  textNameOf(of.what, "again"),
];

/** Names the message's record as a text; the second try is another text than the first. */
export const textOf = ({ of, occasion: { record } }: Pick<Telling, "of" | "occasion">) => ({
  ...record,
  way: "text" as const,
  which: textNameOf(record.which, of.by),
});

/** @param whose as for {@link toldNobody} */
export async function withheld(
  telling: Telling,
  code: Withheld,
  whose?: ReadonlySet<string>,
): Promise<Outcome> {
  const { parts, of, occasion } = telling;
  const { patients, connectionId } = occasion.found;
  const record = of.by === "mail" ? { ...occasion.record, way: "mail" as const } : textOf(telling);
  const [patient, another] = occasion.isSuperseded ? [] : (patients ?? []);
  // Whoever is told such things by others believes them, and another patient of the visit does not.
  const isTheirs = TOLD_BY_OTHERS.has(code) && another === undefined && patient !== undefined;
  const made = await parts.messages.withhold({ ...record, ...(isTheirs && { patient }) }, code);
  if (made.state === "withheld" && made.code === "too-late" && occasion.kind !== "late")
    parts.log.warn("message.too_late", { connection: connectionId });
  // What has become of its record before says nothing where nobody is to be told any more.
  return toldNobody(telling, whose, NOT_MISSED.has(code) ? { ...made, code } : made);
}

const TOLD_BY_OTHERS: ReadonlySet<Withheld> = new Set(["known-before", "kind-off"]);

type Unsent = Pick<Message, "way" | "state" | "code">;

/**
 * What follows from a message that did not leave, or may not have left, and of which nothing else is tried: whether the visit
 * is at risk for it. It is where only the time of day or the lack of a patient stood in the way, and where its patient was told
 * by us what is not so any more, whatever stood in the way, or where nobody knows whether it left. Who was never told anything
 * by us is left to the clinic, and so is whoever has died.
 * @param whose keyed hashes of the patient, by each id that the chart has for them, if it was asked
 * @param last the record of the way that was tried last
 * @param text the record of its text, if the last way was the mail
 */
export async function toldNobody(
  telling: Telling,
  whose: ReadonlySet<string> | undefined,
  last: Unsent,
  text: Unsent = last,
): Promise<Outcome> {
  const { parts, occasion } = telling;
  const { kind, found, record } = occasion;
  // Whoever was not told that staff run late knows of the visit all the same.
  if (kind === "late") return DONE;
  // What a report says of a text is followed by a job of its own, which says what it leads to.
  if (last.state === "failed" && last.way === "text") return DONE;
  if (!isUnsent(last)) return reached(telling, whose);
  // Whoever is not reminded may know of the visit, and of what has changed of it another message tells.
  const belief = await toldOtherwise(telling, whose);
  const isMissed =
    kind !== "reminder" &&
    (text.code === "night" ||
      (await cameBackAtNight(telling, last)) ||
      (!NOT_MISSED.has(last.code) && belief?.by === "told"));
  // Who is named no more was perhaps told of the visit, and perhaps of none; what is cancelled goes by that alone.
  const isUnnamed = last.code === "no-patient" && kind !== "cancellation";
  // Whoever was to be called while it was held back still is.
  if (last.code === "held" && found.isUntold === true) return DONE;
  if (SEEN_TO.has(last.code)) return seenTo(telling);
  if (!isMissed && last.code !== "too-late" && !isUnnamed) return reached(telling, whose);
  await parts.foundVisits.edit(found.id, untoldOf(record.start, belief));
  if (isInDoubt(last) || isInDoubt(text)) await unlessReported(telling, whose);
  return DONE;
}

/** A mail that came back is followed by nothing. */
const isUnsent = (last: Unsent): boolean => UNSENT.has(last.state) || isInDoubt(last);
const UNSENT: ReadonlySet<Message["state"]> = new Set(["withheld", "refused", "failed"]);

/** Whether a mail came back that went because nobody is texted at night; a text goes no more. */
async function cameBackAtNight(telling: Telling, { way, state }: Unsent): Promise<boolean> {
  if (way !== "mail" || state !== "failed") return false;
  const records = await telling.parts.messages.of(telling.occasion.found.id);
  return records.some(({ which = "", code }) => code === "night" && namesOf(telling).includes(which));
}

/** A report that came while the message was in doubt, and before the visit was marked, has found nothing to take back. */
async function unlessReported(telling: Telling, whose: ReadonlySet<string> | undefined): Promise<void> {
  const { parts, message, occasion } = telling;
  const records = await parts.messages.of(occasion.found.id);
  const isOwn = ({ which = "" }: Message) => namesOf(telling).includes(which);
  if (message.kind !== "change" || !records.some((one) => isOwn(one) && HAS_LEFT.has(one.state))) return;
  if ((await unheardBy(telling, whose)) === undefined)
    await parts.foundVisits.edit(occasion.found.id, noLongerUntold(message.number));
}

const HAS_LEFT: ReadonlySet<Message["state"]> = new Set(["accepted", "delivered"]);

/** Whether nobody knows if the message has left. Where it is not tried again, only a report can still tell. */
export const isInDoubt = ({ state }: Pick<Unsent, "state">): boolean => state === "begun";

/** Whether a text is in doubt, so that the patient may still believe what we told them last, and that is not so any more. */
export const mayBelieveOtherwise = async (
  telling: Telling,
  whose: ReadonlySet<string>,
  text: Unsent,
): Promise<boolean> => isInDoubt(text) && (await believedOtherwise(telling, whose))?.by === "told";

/** What the patient believes, where that is not so any more. */
async function believedOtherwise(
  telling: Telling,
  whose: ReadonlySet<string> | undefined,
): Promise<Belief | undefined> {
  const { found } = telling.occasion;
  const records = await telling.parts.messages.of(found.id);
  const belief = beliefOf(records, whose ?? new Set(found.patients), namesOf(telling));
  return belief !== undefined && isWrong(belief, found) ? belief : undefined;
}

/** Whether the visit's only patient was told by now what is so, as staff tell by hand what they hold back. */
export async function isToldByHand({ parts, occasion, ...telling }: Telling): Promise<boolean> {
  const { found } = occasion;
  const { patients = [] } = found;
  if (patients.length !== 1) return false;
  const belief = beliefOf(await parts.messages.of(found.id), new Set(patients), namesOf(telling));
  return belief?.by === "told" && !isWrong(belief, found);
}

/**
 * What somebody was told by us that is not so any more, whether it is the message's patient or somebody whom a cancelled visit
 * does not name any more; else what the patient believes, where that is not so.
 */
export async function toldOtherwise(
  telling: Telling,
  whose: ReadonlySet<string> | undefined,
): Promise<Belief | undefined> {
  const belief = await believedOtherwise(telling, whose);
  return belief?.by === "told" ? belief : ((await unheardBy(telling, whose)) ?? belief);
}

/** Where a message is not sent for such a reason, whoever was told of the visit is told by others, or knows that it is over. */
const SEEN_TO: ReadonlySet<string | undefined> = new Set<Withheld>([
  "known-before",
  "kind-off",
  "superseded",
  "ended",
]);

/** Whoever is not told for such a reason misses nothing, or is told by somebody else, or by another message. */
const NOT_MISSED: ReadonlySet<string | undefined> = new Set<Withheld>([
  "known-before",
  "kind-off",
  "superseded",
  "same-time",
  "not-told",
  "missed",
  "away",
  "ended",
  "deceased",
]);

/**
 * Marks the visit as untold, which puts it at risk until something else is to be told, also at the time at which its patient
 * would come.
 * @param belief what its patient believes, where that is wrong; where nobody can read it, what was known of it before stays
 */
export const untoldOf =
  (start: string, belief: Belief | "unreadable" | undefined) =>
  (found: FoundVisit): { readonly found: FoundVisit } => {
    const { knownAt: before, ...rest } = found;
    const other =
      belief === "unreadable"
        ? found.isUntold && before
        : belief?.isOn === true && belief.start?.toISOString() !== start
          ? belief.start
          : undefined;
    const isMarked = found.isUntold === true && before?.getTime() === other?.getTime();
    return found.start.toISOString() !== start || isMarked
      ? { found }
      : { found: { ...rest, isUntold: true, ...(other && { knownAt: other }) } };
  };
