/**
 * What a message is about: the visit as it was found, and the change, the reminder or the click, as far as the
 * connector knows them.
 */
import type { FoundVisit } from "../../domain/found.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import type { ToldKind } from "../../domain/messages.ts";
import { lateSince } from "../../domain/lateness.ts";
import { changeDue, reminderDue } from "../../domain/sendingTime.ts";
import { changeNumberIn, nameOf, TELLS, type VisitMessage } from "../../domain/visitMessages.ts";
import { unlessUnreadable } from "../../records/record.ts";
import type { Message, MessageOf } from "../../records/messages.ts";
import { isUnsaid } from "./belief.ts";
import { isToBeTold } from "./noticeFirst.ts";
import type { MessagePicks } from "./parts.ts";

export interface Occasion {
  readonly found: FoundVisit;
  readonly kind: ToldKind;
  /** When the visit, or what changed of it last, became known. */
  readonly known: Date;
  readonly due: Date;
  /** Names the message's record, whichever way it is sent. */
  readonly record: Omit<MessageOf, "way">;
  /** Something else is true of the visit by now, and another message tells it. */
  readonly isSuperseded: boolean;
  /** The reminder is of a start at which the visit does not take place now; it may be put back there. */
  readonly isElsewhere?: true;
  /** What is new of the reminder's visit tells the patient, or has nothing to tell: that is not known yet. */
  readonly isToldFirst?: true;
  /** The visit was booked at some time before the connector first looked, so it is not told as new. */
  readonly wasKnownBefore: boolean;
}

/**
 * Undefined where the visit is not found, or not yet as staff saw it, or nothing is known of the change any more: nothing is
 * told now.
 */
export async function occasionOf(
  parts: Pick<MessagePicks, "foundVisits" | "jobs" | "messages" | "queue" | "visitChanges" | "visits">,
  visit: VisitId,
  message: VisitMessage,
): Promise<Occasion | undefined> {
  const { foundVisits, visitChanges } = parts;
  const found = await foundVisits.byId(visit);
  if (found === undefined) return undefined;
  const which = nameOf(message);
  if (message.kind === "reminder") {
    const { minutesBefore, start } = message;
    const { known, isOpen } = await lastSaid(parts, found);
    const isMissed = reminderDue(minutesBefore, known, start) === undefined;
    const isElsewhere = !mayBe(found, "on") || found.start.getTime() !== start.getTime();
    const isPast = start <= parts.queue.now();
    return {
      found,
      kind: "reminder",
      known,
      due: new Date(start.getTime() - minutesBefore * 60_000),
      record: { visit, kind: "reminder", start: start.toISOString(), which },
      // The visit was moved, and the reminder with it; or what told the patient of the visit last came after the reminder's time,
      // or is still to tell them when the visit starts, and says itself what keeps it.
      isSuperseded: isElsewhere || isOpen ? isPast : isMissed,
      ...(isElsewhere ? { isElsewhere } : isOpen && !isPast && { isToldFirst: true }),
      wasKnownBefore: false,
    };
  }
  if (message.kind === "late") {
    const { said } = message;
    const known = await parts.visits.byId(visit);
    const isSaid = known && lateSince(known, parts.queue.now())?.getTime() === said.getTime();
    const isOn = isSaid === true && mayBe(found, "on");
    // What was found and the visit's row differ until the next look: a launch may have moved the one, or a round the other.
    if (isOn && known.start.getTime() !== found.start.getTime()) return undefined;
    return {
      found,
      kind: "late",
      known: said,
      due: said,
      record: { visit, kind: "late", start: found.start.toISOString(), which },
      isSuperseded: !isOn,
      wasKnownBefore: false,
    };
  }
  const change = await visitChanges.read(visit, message.number);
  if (change === undefined) return undefined;
  const kind = TELLS[change.change];
  return {
    found,
    kind,
    known: change.at,
    due: changeDue(kind, change.at, change.start),
    record: { visit, kind, start: change.start.toISOString(), which },
    isSuperseded:
      found.changes !== message.number || !mayBe(found, kind === "cancellation" ? "cancelled" : "on"),
    wasKnownBefore: change.knownBefore === true,
  };
}

/**
 * When the patient was told of the visit last, or whoever tells them was: what had come to nothing by the time that it could be
 * told does not count. `isOpen`: that is not decided yet.
 */
async function lastSaid(
  { messages, visitChanges, ...parts }: Pick<MessagePicks, "jobs" | "messages" | "queue" | "visitChanges">,
  { id, changes, firstSeen }: FoundVisit,
): Promise<{ readonly known: Date; readonly isOpen: boolean }> {
  const all = () => messages.of(id);
  // Where there is nothing but the first notice, the reminder goes without them as far as it can.
  const kept = changes > 1 ? await all() : await unlessUnreadable(all);
  const records = kept === "unreadable" ? [] : kept;
  for (let number = changes; number > 0; number--) {
    const change = await unlessUnreadable(() => visitChanges.read(id, number));
    if (change === undefined || change === "unreadable") break;
    const own = records.filter(({ which = "" }) => changeNumberIn(which) === number);
    if (number === 1 || !own.every(({ code }) => isUnsaid(code)) || own.length === 0)
      return {
        known: change.at,
        isOpen: kept !== "unreadable" && (await isToBeTold(parts, id, number, change, records)),
      };
  }
  return { known: firstSeen, isOpen: false };
}

/**
 * Whether the visit may be as expected: nobody knows how a visit that is away stands, and "missed" before its start is often
 * corrected.
 */
const mayBe = ({ standing }: FoundVisit, expected: "on" | "cancelled"): boolean =>
  standing === expected || standing === "away" || standing === "missed";

/**
 * Withholds the messages of the earlier changes: from now on, this message alone tells them. The job of a change that cannot
 * be read withholds its own message once it can.
 */
export async function earlierOf(
  { messages, visitChanges }: Pick<MessagePicks, "messages" | "visitChanges">,
  visit: VisitId,
  message: VisitMessage,
): Promise<{ readonly earlier: readonly Message[]; readonly isUnreadable: boolean }> {
  const earlier: Message[] = [];
  let isUnreadable = false;
  for (let number = message.kind === "change" ? message.number - 1 : 0; number > 0; number--) {
    const change = await unlessUnreadable(() => visitChanges.read(visit, number));
    if (change === undefined) break;
    if (change === "unreadable") {
      isUnreadable = true;
      continue;
    }
    const which = nameOf({ kind: "change", number });
    const record = { visit, kind: TELLS[change.change], start: change.start.toISOString(), which };
    earlier.push(
      await messages.withhold({ ...record, way: "text" }, change.knownBefore ? "known-before" : "superseded"),
    );
  }
  return { earlier, isUnreadable };
}

/** The records, newest first, with those of earlier changes as they are by now: made only now, or withheld at last. */
export function withEarlier(before: readonly Message[], earlier: readonly Message[]): readonly Message[] {
  const there = new Set(before.map(({ id }) => id));
  const now = new Map(earlier.map((one) => [one.id, one]));
  return [...earlier.filter(({ id }) => !there.has(id)), ...before.map((one) => now.get(one.id) ?? one)];
}
