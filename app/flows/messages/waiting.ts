/**
 * A message that cannot leave yet, and for how long nobody can say: the chart hides the patient, or says something else, a row
 * cannot be read, or the message's job fails. Whoever comes to a visit that is not as we told them is called by the clinic
 * meanwhile, so the visit is at risk until the message leaves.
 */
import { putOff } from "../../charts/chartAt.ts";
import { IN_USE, RecordUntold } from "../../charts/sameRecord.ts";
import { isSoon, type FoundVisit } from "../../domain/found.ts";
import type { Outcome } from "../../domain/job.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { FAR_GROWS_TO_SECONDS, near } from "../../domain/waits.ts";
import type { VisitMessage } from "../../domain/visitMessages.ts";
import { HELD_BACK } from "../../messages/heldBack.ts";
import { unlessUnreadable, unreadableIn } from "../../records/record.ts";
import { VisitDeleted } from "../../records/tombstones.ts";
import { VisitChanged } from "../../records/visitChanged.ts";
import { WhoseUntold } from "../../records/visitDoubt.ts";
import type { Belief } from "./belief.ts";
import { HIDDEN_NOW, OTHER_NOW, PENDING_NOW } from "./inChart.ts";
import type { MessagePicks } from "./parts.ts";
import {
  isInDoubt,
  isToldByHand,
  reached,
  textOf,
  toldOtherwise,
  untoldOf,
  type Telling,
} from "./telling.ts";
import { mayStillCome } from "./when.ts";

/** Staff who hold it back say by that that it does not go for now, so nothing is waited for before somebody calls. */
const UNTIL_LET_GO = Number.POSITIVE_INFINITY;
/** Most waits are over within moments. Less is waited for where the patient may soon be on the way. */
const LONG_MS = 15 * 60_000;
const LONG_WHERE_SOON_MS = 2 * 60_000;

/**
 * Tries to tell the message, and says that the visit is at risk where that has to wait for too long. It waits no longer than
 * the start allows, of the visit and of what the message is about.
 */
export async function unlessWaiting(
  telling: Telling,
  tell: (telling: Telling) => Promise<Outcome>,
): Promise<Outcome> {
  const outcome = await told(telling, tell);
  if (outcome.kind !== "not-now") return outcome;
  const { found, record } = telling.occasion;
  const moments = [found.start, new Date(record.start)];
  const now = telling.parts.queue.now();
  // What may have left before the night is not sent again in the morning, so its wait is none that was planned.
  if (IS_PLANNED.has(outcome.reason) && !(await mayHaveLeft(telling))) return near(outcome, moments, now);
  const isHeld = outcome.reason === HELD_BACK;
  if (isHeld && found.isUntold === true && (await isToldByHand(telling))) await reached(telling);
  const { isNear, believed } = await seeToRisk(telling, isHeld ? UNTIL_LET_GO : outcome.afterSeconds);
  if (!isNear && IS_OF_CHART.has(outcome.reason)) return { ...outcome, growsToSeconds: FAR_GROWS_TO_SECONDS };
  return near(outcome, [...moments, ...(believed === undefined ? [] : [believed])], now);
}

async function mayHaveLeft(telling: Telling): Promise<boolean> {
  const { which } = textOf(telling);
  const records = await telling.parts.messages.of(telling.occasion.found.id);
  return records.some((one) => one.way === "text" && one.which === which && isInDoubt(one));
}

async function told(telling: Telling, tell: (telling: Telling) => Promise<Outcome>): Promise<Outcome> {
  try {
    return await tell(telling);
  } catch (error) {
    if (error instanceof RecordUntold) return putOff(error.trouble);
    if (error instanceof WhoseUntold) return IN_USE;
    if (error instanceof VisitChanged) return OTHER_NOW.outcome;
    if (!(error instanceof VisitDeleted)) await unlessItFails(() => seeToRisk(telling));
    throw error;
  }
}

/** What keeps a message may keep its visit from being marked, too; then it is marked at a later try. */
async function unlessItFails(mark: () => Promise<unknown>): Promise<void> {
  try {
    await mark();
  } catch {
    // Why the message itself has failed says more.
  }
}

/** Staff have closed the visit's links before its start, and may open them again. */
export const LINKS_CLOSED = "messages.closed";
/**
 * These wait for a time of day, or for a day, that is before the visit, or for staff who see to the visit themselves. Where it is
 * not before the start that the patient believes, {@link seeToComing} has said so.
 */
const IS_PLANNED: ReadonlySet<string> = new Set(["messages.hours", "messages.ahead", LINKS_CLOSED]);
/** The chart answers, and only changes when somebody changes something there. */
const IS_OF_CHART: ReadonlySet<string> = new Set(
  [OTHER_NOW, PENDING_NOW, HIDDEN_NOW].map(({ outcome }) => outcome.reason),
);

/**
 * Marks the visit as untold where its patient was told something else by us, and the message has waited for too long. Where
 * nobody can read what they were told, whoever is to be told of a move or a cancellation counts as told something else, and
 * from its start on anybody does.
 * @param nextSeconds when it is tried again, at the soonest
 * @returns whether the visit is near, by what is so or by what its patient believes, and the start that they believe
 */
async function seeToRisk(
  telling: Telling,
  nextSeconds = 0,
): Promise<{ readonly isNear: boolean; readonly believed?: Date }> {
  const { parts, message, occasion } = telling;
  const { found, kind, due } = occasion;
  const now = parts.queue.now();
  if (kind === "late" || occasion.isSuperseded || occasion.wasKnownBefore)
    return { isNear: isSoon(found, now) };
  const belief = await unlessUnreadable(() => toldOtherwise(telling, undefined));
  const told = belief === "unreadable" || belief?.by === "told" ? belief : undefined;
  const believed = told === "unreadable" ? undefined : told?.start;
  const next = now.getTime() + nextSeconds * 1_000;
  // Whoever comes before it is tried again is not told in time.
  const isMissed = believed !== undefined && believed > occasion.known && believed.getTime() <= next;
  const isNear = isSoon(found, now) || (believed !== undefined && isSoon({ start: believed }, now));
  const isOtherwise =
    told === "unreadable" ? kind === "update" || kind === "cancellation" : told !== undefined;
  const waited = next - due.getTime();
  const isLong = isMissed || waited >= (isNear ? LONG_WHERE_SOON_MS : LONG_MS);
  // Whoever is not reminded may know of the visit.
  const isAtRisk = kind !== "reminder" && isOtherwise && isLong;
  if (isAtRisk || (told === "unreadable" && found.start <= now))
    await markUntold(parts, found, message, told);
  return { isNear, ...(believed !== undefined && { believed }) };
}

/**
 * A message waits for a time of day, or for a nearer day, and its patient comes before that at the start that they believe: only
 * the time of day keeps them from being told, so the visit is at risk at once.
 * @param belief of the patient to whom the change is a move
 */
export async function seeToComing(
  { parts, message, occasion }: Telling,
  belief: Belief | undefined,
  until: Date,
): Promise<void> {
  const { found, known } = occasion;
  if (belief?.isOn !== true || belief.start === undefined || belief.start > until) return;
  if (mayStillCome(belief.start, found, known)) await markUntold(parts, found, message, belief);
}

/** The same at once, of a patient whom the chart names by other ids than those for which the visit was found. */
export async function atRiskOf(
  { parts, message, occasion, ...telling }: Telling,
  whose: ReadonlySet<string>,
): Promise<void> {
  if (occasion.kind === "reminder" || occasion.kind === "late") return;
  const belief = await toldOtherwise({ parts, message, occasion, ...telling }, whose);
  if (belief?.by === "told") await markUntold(parts, occasion.found, message, belief);
}

/**
 * Reads what a message is about. Where a row of that cannot be read, nobody knows what the patient was told, so the visit is at
 * risk if its last change is that it was cancelled, and any other from its start on.
 */
export async function orAtRisk<T>(
  parts: Pick<MessagePicks, "foundVisits" | "queue">,
  { visit, message }: { readonly visit: VisitId; readonly message: VisitMessage },
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const found = unreadableIn(error) === undefined ? undefined : await parts.foundVisits.byId(visit);
    const isOver = found !== undefined && found.start <= parts.queue.now();
    if (found !== undefined && message.kind === "change" && (found.standing === "cancelled" || isOver))
      await markUntold(parts, found, message, "unreadable");
    throw error;
  }
}

/** What a visit is while it is away or missed tells nobody anything, and a later change has a message of its own. */
export async function markUntold(
  { foundVisits }: Pick<MessagePicks, "foundVisits">,
  { id, start }: FoundVisit,
  message: VisitMessage,
  belief: Parameters<typeof untoldOf>[1],
): Promise<void> {
  const untold = untoldOf(start.toISOString(), belief);
  await foundVisits.edit(id, (found) => {
    const isLast = message.kind !== "change" || message.number === found.changes;
    const isSaid = found.standing === "on" || found.standing === "cancelled";
    return isLast && isSaid ? untold(found) : { found };
  });
}
