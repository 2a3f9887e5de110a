/** When a text is sent: as soon as it is due, within the hours at which people may be texted, and never too late. */
import { LATE_TEXT_OF_USE_MS } from "./lateness.ts";
import type { MessageKind, MessageRules, ToldKind } from "./messages.ts";
import { dayIn, instantAt } from "./wallClock.ts";

const MINUTE_MS = 60_000;
/** An update waits so long, because a moved visit is often moved once more at once. */
const MOVE_SETTLES_MS = 2 * MINUTE_MS;
/**
 * When a visit is so near, the patient may be on the way, so the text about its cancellation does not wait for the morning.
 */
const CANCELLED_LATE_MS = 120 * MINUTE_MS;
/** A text that waits for the morning goes then only if so much time is left before the visit. */
const TIME_TO_READ_MS = 30 * MINUTE_MS;
/** A text that is sent the evening before is due so long before the hours end; until they end it is still sent. */
const BEFORE_NIGHT_MS = 30 * MINUTE_MS;

export type Due =
  | { readonly kind: "due"; readonly at: Date }
  /** The reminder's time had passed when the visit became known, so the first notice said it. */
  | { readonly kind: "missed" };

/**
 * @param known when the visit, its move or its cancellation became known. Of the message, `minutesBefore` is given for a
 * reminder.
 */
export function dueOf(
  message:
    | { readonly kind: Exclude<MessageKind, "reminder"> }
    | { readonly kind: "reminder"; readonly minutesBefore: number },
  known: Date,
  start: Date,
): Due {
  if (message.kind !== "reminder") {
    const isNear = start.getTime() - known.getTime() <= MOVE_SETTLES_MS;
    const later = message.kind === "update" && !isNear ? MOVE_SETTLES_MS : 0;
    return { kind: "due", at: new Date(known.getTime() + later) };
  }
  const at = new Date(start.getTime() - message.minutesBefore * MINUTE_MS);
  return at <= known ? { kind: "missed" } : { kind: "due", at };
}

export type SendingTime =
  | { readonly kind: "send"; readonly at: Date }
  /** Whoever is asleep gets no text; a mail disturbs nobody. */
  | { readonly kind: "mail-only" }
  | { readonly kind: "too-late" };

export interface Sending {
  readonly kind: ToldKind;
  readonly due: Date;
  /** When the visit, its move or its cancellation became known, as for {@link dueOf}. */
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
  const at = due > now ? due : now;
  if (at >= (kind === "reminder" ? start : end)) return { kind: "too-late" };
  if (kind === "late" && now.getTime() - due.getTime() >= LATE_TEXT_OF_USE_MS) return { kind: "too-late" };
  const isUrgent = kind === "cancellation" && start.getTime() - due.getTime() <= CANCELLED_LATE_MS;
  if (hours === "always" || isUrgent) return { kind: "send", at };
  const today = dayIn(zone, at);
  const openToday = instantAt(zone, today, hours.from);
  if (at >= openToday && at < instantAt(zone, today, hours.to)) return { kind: "send", at };
  if (kind === "late") return { kind: "mail-only" };
  const morning = at < openToday ? today : dayAfter(today, 1);
  const opens = instantAt(zone, morning, hours.from);
  if (start.getTime() - opens.getTime() >= TIME_TO_READ_MS) return { kind: "send", at: opens };
  const night = instantAt(zone, dayAfter(morning, -1), hours.to);
  const evening = new Date(night.getTime() - BEFORE_NIGHT_MS);
  const wasToldThen = kind === "reminder" && known > evening;
  if (now >= night || wasToldThen) return { kind: "mail-only" };
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

function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}
