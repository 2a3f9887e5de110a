/** When a text is sent: as soon as it is due, within the hours at which people may be texted, and never too late. */
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
  /** It does not wait for the morning if at its time the visit is as near as this. */
  readonly urgentWithinMs: number | undefined;
}
/** A new kind does not compile until it stands here. */
const TIMINGS: Readonly<Record<ToldKind, Timing>> = {
  confirmation: { of: "change", settlesMs: 0, urgentWithinMs: undefined },
  // A visit that was moved is often moved once more at once.
  update: { of: "change", settlesMs: 2 * MINUTE_MS, urgentWithinMs: undefined },
  // The patient may be on the way.
  cancellation: { of: "change", settlesMs: 0, urgentWithinMs: 120 * MINUTE_MS },
  reminder: { of: "reminder", settlesMs: 0, urgentWithinMs: undefined },
  late: { of: "late", settlesMs: 0, urgentWithinMs: undefined },
};

/** A text that waits for the morning goes then only if at least this much time is left before the visit. */
const TIME_TO_READ_MS = 30 * MINUTE_MS;
/** How long before the hours end a text is due that is sent the evening before; until they end it is still sent. */
const BEFORE_NIGHT_MS = 30 * MINUTE_MS;

/** @param known when the visit, its move or its cancellation became known */
export function changeDue(kind: KindOfChange, known: Date, start: Date): Date {
  const { settlesMs } = TIMINGS[kind];
  const later = start.getTime() - known.getTime() <= settlesMs ? 0 : settlesMs;
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
   * the message tells of a change. Whoever cannot be mailed is texted then, however little time is left.
   */
  | { readonly kind: "mail-only"; readonly opens?: Date }
  | { readonly kind: "too-late" };

export interface Sending {
  readonly kind: ToldKind;
  readonly due: Date;
  /** When the visit, its move or its cancellation became known, as for {@link changeDue}. */
  readonly known: Date;
  readonly now: Date;
  readonly start: Date;
  readonly end: Date;
  /** The department's time zone. */
  readonly zone: string;
  readonly hours: NonNullable<MessageRules["hours"]>;
}

/**
 * When to send a message. The answer stays the same until that moment has come. A visit that becomes known within the last
 * half hour of the evening is told of at once, since people may be texted then. Its reminder for an early morning would
 * follow in the same minute, so that one goes by mail only, when it is due. That staff run late is told at once, within the
 * hours, or not at all.
 */
export function sendingTimeOf({ kind, due, known, now, start, end, zone, hours }: Sending): SendingTime {
  const { of, urgentWithinMs } = TIMINGS[kind];
  const at = due > now ? due : now;
  if (at >= (of === "reminder" ? start : end)) return { kind: "too-late" };
  if (of === "late" && now.getTime() - due.getTime() >= LATE_TEXT_OF_USE_MS) return { kind: "too-late" };
  const isUrgent = urgentWithinMs !== undefined && start.getTime() - due.getTime() <= urgentWithinMs;
  if (hours === "always" || isUrgent) return { kind: "send", at };
  const today = dayIn(zone, at);
  const openToday = instantAt(zone, today, hours.from);
  if (at >= openToday && at < instantAt(zone, today, hours.to)) return { kind: "send", at };
  if (of === "late") return { kind: "mail-only" };
  const morning = at < openToday ? today : plusDays(today, 1);
  const opens = instantAt(zone, morning, hours.from);
  if (start.getTime() - opens.getTime() >= TIME_TO_READ_MS) return { kind: "send", at: opens };
  const night = instantAt(zone, plusDays(morning, -1), hours.to);
  const evening = new Date(night.getTime() - BEFORE_NIGHT_MS);
  const wasToldThen = of === "reminder" && known > evening;
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
