/**
 * When a text is sent: as soon as it is due, within the hours at which people may be texted, and never too late. The start that a
 * patient still believes, though the visit does not take place then any more, counts like the visit's own.
 */
import { LATE_TEXT_OF_USE_MS } from "./lateness.ts";
import { dayIn } from "./day.ts";
import type { MessageRules, ToldKind } from "./messages.ts";
import type { KindOfChange, VisitMessage } from "./visitMessages.ts";
import { instantAt } from "./wallClock.ts";

const MINUTE_MS = 60_000;

/** What decides when a kind of message is sent. */
interface Timing {
  /** What it tells of: a change that was found in the chart, a time before the visit, or a click of the staff. */
  readonly of: VisitMessage["kind"];
  /** How long it waits after that has become known, unless the visit is as near as that. */
  readonly settlesMs: number;
  /** It does not wait for the morning if at its time the patient comes as soon as this, by the start that they believe. */
  readonly urgentWithinMs: number | undefined;
}
/** A new kind does not compile until it stands here. */
const TIMINGS: Readonly<Record<ToldKind, Timing>> = {
  confirmation: { of: "change", settlesMs: 0, urgentWithinMs: undefined },
  // A visit that was moved is often moved once more at once. The patient may be on the way.
  update: { of: "change", settlesMs: 2 * MINUTE_MS, urgentWithinMs: 120 * MINUTE_MS },
  cancellation: { of: "change", settlesMs: 0, urgentWithinMs: 120 * MINUTE_MS },
  reminder: { of: "reminder", settlesMs: 0, urgentWithinMs: undefined },
  late: { of: "late", settlesMs: 0, urgentWithinMs: undefined },
};

/** A text that waits for the morning goes then only if at least this much time is left before the visit. */
const TIME_TO_READ_MS = 30 * MINUTE_MS;
/** How long before the hours end a text is due that is sent the evening before; until they end it is still sent. */
const BEFORE_NIGHT_MS = 30 * MINUTE_MS;

/**
 * A reminder right after its patient was told the same would tell them nothing. Half an hour is what a text has to be read
 * ({@link TIME_TO_READ_MS}); but whoever is reminded shortly before the start is to come then, so no longer before that
 * reminder than the reminder is before the start.
 */
const JUST_TOLD_MS = TIME_TO_READ_MS;

/**
 * @param told when the patient was told last that the visit starts then
 * @param at when they are to be reminded of it
 */
export const wasJustTold = (told: Date | undefined, at: Date, start: Date): boolean =>
  told !== undefined &&
  at.getTime() - told.getTime() < Math.min(JUST_TOLD_MS, start.getTime() - at.getTime());

/** The moment up to which a change is of use: the visit's start, or the one that its patient believes where that is sooner. */
export const soonerOf = (start: Date, believed: Date | undefined): Date =>
  believed !== undefined && believed < start ? believed : start;

/**
 * @param known when the visit, its move or its cancellation became known
 * @param believed as for {@link Sending}
 */
export function changeDue(kind: KindOfChange, known: Date, start: Date, believed?: Date): Date {
  const { settlesMs } = TIMINGS[kind];
  const later = soonerOf(start, believed).getTime() - known.getTime() <= settlesMs ? 0 : settlesMs;
  return new Date(known.getTime() + later);
}

/**
 * @param known as for {@link changeDue}
 * @returns undefined where the reminder's time had passed when the visit became known, so the first notice said it
 */
export function reminderDue(minutesBefore: number, known: Date, start: Date): Date | undefined {
  const at = new Date(start.getTime() - minutesBefore * MINUTE_MS);
  return at <= known ? undefined : at;
}

export type SendingTime =
  | { readonly kind: "send"; readonly at: Date }
  /**
   * Whoever is asleep gets no text; a mail disturbs nobody. `opens`: when the hours begin, if that is before the visit and
   * the message tells of a change. Whoever cannot be mailed is texted then, however little time is left, also where they will
   * have come by then at the start that they believe.
   */
  | { readonly kind: "mail-only"; readonly opens?: Date }
  | { readonly kind: "too-late" };

export interface Sending {
  readonly kind: ToldKind;
  readonly due: Date;
  readonly now: Date;
  /** Of a cancellation, the start at which the patient would come. */
  readonly start: Date;
  readonly end: Date;
  /** Of a move, the start that the patient believes, while they may still come then. */
  readonly believed?: Date | undefined;
  /** Of a reminder, when the patient was told last that the visit starts then, by a message that has left. */
  readonly told?: Date | undefined;
  /** The department's time zone. */
  readonly zone: string;
  readonly hours: NonNullable<MessageRules["hours"]>;
}

/**
 * When to send a message. The answer stays the same until that moment has come. A visit that is told of late in the evening is
 * told of at once, since people may be texted then. Its reminder for an early morning would follow within moments, so that one
 * goes by mail only, when it is due. That staff run late is told at once, within the hours, or not at all.
 */
export function sendingTimeOf({ kind, due, now, start, end, believed, told, ...by }: Sending): SendingTime {
  const { zone, hours } = by;
  const { of, urgentWithinMs } = TIMINGS[kind];
  const at = due > now ? due : now;
  if (at >= (of === "reminder" ? start : end)) return { kind: "too-late" };
  if (of === "late" && now.getTime() - due.getTime() >= LATE_TEXT_OF_USE_MS) return { kind: "too-late" };
  const comes = kind === "cancellation" ? start : believed;
  const isUrgent =
    urgentWithinMs !== undefined && comes !== undefined && comes.getTime() - due.getTime() <= urgentWithinMs;
  if (hours === "always" || isUrgent) return { kind: "send", at };
  const today = dayIn(zone, at);
  const openToday = instantAt(zone, today, hours.from);
  if (at >= openToday && at < instantAt(zone, today, hours.to)) return { kind: "send", at };
  if (of === "late") return { kind: "mail-only" };
  const morning = at < openToday ? today : plusDays(today, 1);
  const opens = instantAt(zone, morning, hours.from);
  if (soonerOf(start, believed).getTime() - opens.getTime() >= TIME_TO_READ_MS)
    return { kind: "send", at: opens };
  const night = instantAt(zone, plusDays(morning, -1), hours.to);
  const evening = new Date(night.getTime() - BEFORE_NIGHT_MS);
  const wasToldThen = of === "reminder" && wasJustTold(told, evening, start);
  if (now >= night || wasToldThen)
    return { kind: "mail-only", ...(of === "change" && opens < start && { opens }) };
  return { kind: "send", at: evening > now ? evening : now };
}

/**
 * The longest time that a message may be sent before it is due, because people sleep when it is due. A day counts as 25
 * hours, for a change of clocks.
 */
export function beforeNightMs(hours: Sending["hours"]): number {
  if (hours === "always") return 0;
  const [from = 0, to = 0] = [hours.from, hours.to].map((time) => Date.parse("1970-01-01T" + time + "Z"));
  return 25 * 60 * MINUTE_MS - (to - from) + BEFORE_NIGHT_MS;
}

function plusDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}
