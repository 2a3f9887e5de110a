/** Who comes first where many are due at once: reminders before notices, and who starts sooner. */
import type { MessageKind } from "../../domain/messages.ts";
import { TEXT_LIMITS, type Limit, type Rank } from "../../records/sendingRate.ts";

const HOUR_MS = 3_600_000;
const FURTHEST_MS = 48 * HOUR_MS;
/** Both of them together, and a little, are a minute. */
const SPREAD_MS = 25_000;

/** What waits for the morning is due all at once, so each of them a little later than whoever comes before. */
export function lagOf(kind: MessageKind, start: Date, at: Date): number {
  const ahead = Math.min(Math.max(start.getTime() - at.getTime(), 0), FURTHEST_MS);
  return (kind === "reminder" ? 0 : SPREAD_MS) + (ahead / FURTHEST_MS) * SPREAD_MS;
}

/** Of the room that there is in a minute so much is kept for who starts soon. */
const KEPT_FOR_SOON = 0.25;
const SOON_MS = 2 * HOUR_MS;

export const isSoon = (start: Date, now: Date): boolean => start.getTime() - now.getTime() <= SOON_MS;

export function limitsFor(start: Date, now: Date): readonly Limit[] {
  if (isSoon(start, now)) return TEXT_LIMITS;
  return TEXT_LIMITS.map(({ seconds, most }) => ({ seconds, most: Math.floor(most * (1 - KEPT_FOR_SOON)) }));
}

/** Where the minute is full, those that come first are promised the next ones. */
export function rankOf(kind: MessageKind, start: Date, now: Date): Rank {
  if (isSoon(start, now)) return 0;
  if (kind === "reminder") return 1;
  return start.getTime() - now.getTime() <= FURTHEST_MS ? 2 : 3;
}
