/**
 * When a message may leave, by the start of its visit and by the one that its patient still believes: whoever was told another
 * time comes then, so what says that it is otherwise is of use until then.
 */
import type { FoundVisit } from "../../domain/found.ts";
import type { Department } from "../../domain/hospital.ts";
import type { Outcome } from "../../domain/job.ts";
import {
  changeDue,
  sendingTimeOf,
  soonerOf,
  type Sending,
  type SendingTime,
} from "../../domain/sendingTime.ts";
import { toldToCome } from "../../messages/unheard.ts";
import type { Message } from "../../records/messages.ts";
import { isToCome, type Belief } from "./belief.ts";
import type { Occasion } from "./occasion.ts";
import { lagOf } from "./order.ts";
import type { MessagePicks } from "./parts.ts";

/** The times that a message is about, and what its patient knows of them. */
type Times = Pick<Sending, "start" | "end" | "believed" | "told">;

/** A cancellation is of the visit that the patient would come to. */
export function timesFor(
  { kind, found }: Pick<Occasion, "kind" | "found">,
  belief: Belief | undefined,
): Pick<FoundVisit, "start" | "end"> {
  const start = (kind === "cancellation" ? belief?.start : undefined) ?? found.start;
  return { start, end: endOf(start, found) };
}

const endOf = (start: Date, found: Pick<FoundVisit, "start" | "end">): Date =>
  new Date(start.getTime() + found.end.getTime() - found.start.getTime());

/**
 * The first start at which somebody may still come by what they know, though the visit was moved away from it. They may be
 * waiting there until it would be over; what is new in the chart is a move for them only before that start.
 * @param belief of the visit's patient
 * @param records of the visit, the newest first
 */
export function believedStart(
  { kind, found }: Pick<Occasion, "kind" | "found">,
  belief: Belief | undefined,
  records: readonly Message[],
  now: Date,
): Date | undefined {
  if (kind !== "update" && kind !== "confirmation") return undefined;
  const isNew = kind === "confirmation";
  const isTheirs = belief?.isOn === true && (!isNew || belief.isTheirsStill === true);
  const starts = [...(isTheirs ? [belief] : []), ...toldToCome(records, found)]
    .map(({ start }) => start)
    .filter((start) => start !== undefined)
    .filter((start) => (isNew ? isToCome({ start }, found, now) : mayStillCome(start, found, now)));
  return starts.toSorted((one, other) => one.getTime() - other.getTime())[0];
}

/** Whether whoever believes this start may come, or be there, at that moment, though the visit does not take place then. */
export const mayStillCome = (start: Date, found: Pick<FoundVisit, "start" | "end">, at: Date): boolean =>
  start.getTime() !== found.start.getTime() && endOf(start, found) > at;

type Time =
  | { readonly kind: "now" | "too-late"; readonly opens?: undefined }
  | Extract<SendingTime, { kind: "mail-only" }>
  | { readonly kind: "wait"; readonly until: Date; readonly outcome: Outcome };

/** While the rules are not known, it says only whether it is early or too late at any hour, however far ahead the visit is. */
export function timeOf(
  { messageRules, queue }: Pick<MessagePicks, "messageRules" | "queue">,
  { kind, known, ...occasion }: Pick<Occasion, "kind" | "known" | "due">,
  department: Department,
  { start, end, believed, told }: Times,
): Time {
  const now = queue.now();
  const at = kind === "update" ? changeDue(kind, known, start, believed) : occasion.due;
  const due = at < occasion.due ? at : occasion.due;
  const time = sendingTimeOf({
    ...{ kind, due, now, start, end, believed, told },
    zone: department.timeZone,
    hours: messageRules.isUnknown ? "always" : messageRules.hours,
  });
  const nearer = new Date(start.getTime() - messageRules.aheadDays * 86_400_000);
  const isFar = messageRules.isUnknown !== true && nearer > now;
  if (kind === "confirmation" && isFar) return waiting("messages.ahead", nearer, now);
  if (time.kind === "mail-only" && due > now) return waiting("messages.hours", due, now);
  if (time.kind === "too-late" || time.kind === "mail-only") return time;
  if (time.at <= now) return { kind: "now" };
  // Only what waits for the morning comes up at once with many others.
  if (time.at <= due) return waiting("messages.hours", due, now);
  return { kind: "wait", until: time.at, outcome: untilOpen({ kind, now, opens: time.at, start, believed }) };
}

/** Waits until people may be texted. */
export function untilOpen({
  kind,
  now,
  opens,
  ...times
}: Pick<Occasion, "kind"> &
  Pick<Times, "start" | "believed"> & { readonly now: Date; readonly opens: Date }): Outcome {
  const first = soonerOf(times.start, times.believed);
  return later("messages.hours", opens.getTime() - now.getTime() + lagOf(kind, first, opens));
}

const later = (reason: string, ms: number): Outcome => ({
  kind: "not-now",
  reason,
  afterSeconds: ms / 1000,
});
const waiting = (reason: string, until: Date, now: Date): Time => ({
  kind: "wait",
  until,
  outcome: later(reason, until.getTime() - now.getTime()),
});
