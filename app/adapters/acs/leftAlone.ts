/**
 * Leaves a vendor alone that takes nothing now. However many messages wait for it, a process asks it once in a while, with one
 * message; the others are put off without asking. What a vendor asks for is respected.
 */
import { isYounger } from "../../domain/age.ts";
import type { Handover } from "../../ports/texts.ts";

type NotNow = Extract<Handover, { kind: "not-now" }>;

/** How long it is left alone where it does not say for how long. A person who sends a link waits no longer for the next try. */
const LEFT_ALONE_MS = 15_000;
/** The longest time that a vendor is left alone for; then one message asks again. */
const LONGEST_MS = 5 * 60_000;

/** Hands one message over unless the vendor is left alone. */
export function leftAlone(now: () => Date) {
  let away: { readonly since: number; readonly ms: number; readonly said: NotNow } | undefined;
  let isAsking = false;
  return async (handOver: () => Promise<Handover>): Promise<Handover> => {
    if (away !== undefined && (isAsking || isYounger(away.since, now(), away.ms))) return putOff(away, now());
    const isProbe = away !== undefined;
    isAsking ||= isProbe;
    try {
      const outcome = await handOver();
      if (outcome.kind === "not-now") {
        const ms = Math.min(outcome.retryAfterMs ?? LEFT_ALONE_MS, LONGEST_MS);
        away = { since: now().getTime(), ms, said: outcome };
      } else if (isProbe) {
        // Whoever gives no answer to the probe may be away still.
        away = outcome.kind === "unknown" && away ? { ...away, since: now().getTime() } : undefined;
      }
      return outcome;
    } finally {
      if (isProbe) isAsking = false;
    }
  };
}

/** A wait that the vendor did not ask for is the caller's to choose. */
function putOff(
  {
    since,
    ms,
    said: { retryAfterMs, ...said },
  }: { readonly since: number; readonly ms: number; readonly said: NotNow },
  now: Date,
): NotNow {
  if (retryAfterMs === undefined) return said;
  return { ...said, retryAfterMs: Math.max(1_000, since + ms - now.getTime()) };
}
