/**
 * The order in which messages go where many are due at once: reminders before notices, and visits that start sooner first.
 */
import type { ToldKind } from "../../domain/messages.ts";
import { TEXT_LIMITS, type Limit, type Rank } from "../../records/sendingRate.ts";

const HOUR_MS = 3_600_000;
const FURTHEST_MS = 48 * HOUR_MS;
/** The greatest lag is twice this, a little less than a minute. */
const SPREAD_MS = 25_000;

/**
 * How much later than its time a message is sent, in milliseconds. Messages that wait for the morning are all due at once,
 * so each is sent a little later than the one before it in the order.
 */
export function lagOf(kind: ToldKind, start: Date, at: Date): number {
  const ahead = Math.min(Math.max(start.getTime() - at.getTime(), 0), FURTHEST_MS);
  return (kind === "reminder" ? 0 : SPREAD_MS) + (ahead / FURTHEST_MS) * SPREAD_MS;
}

/** The share of what may be sent in a minute that is kept for visits that start soon. */
const KEPT_FOR_SOON = 0.25;
const SOON_MS = 2 * HOUR_MS;

export const isSoon = (start: Date, now: Date): boolean => start.getTime() - now.getTime() <= SOON_MS;

export function limitsFor(start: Date, now: Date): readonly Limit[] {
  if (isSoon(start, now)) return TEXT_LIMITS;
  return TEXT_LIMITS.map(({ seconds, most }) => ({ seconds, most: Math.floor(most * (1 - KEPT_FOR_SOON)) }));
}

/** The rank by which the following minutes are promised where this one is full. */
export function rankOf(kind: ToldKind, start: Date, now: Date): Rank {
  if (isSoon(start, now)) return 0;
  if (kind === "reminder") return 1;
  return start.getTime() - now.getTime() <= FURTHEST_MS ? 2 : 3;
}
