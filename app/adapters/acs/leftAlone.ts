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

interface Away {
  readonly since: number;
  readonly ms: number;
  readonly said: NotNow;
}

/** Hands one message over unless the vendor is left alone. */
export function leftAlone(now: () => Date) {
  let away: Away | undefined;
  let isAsking = false;
  return async (handOver: () => Promise<Handover>): Promise<Handover> => {
    if (away !== undefined && (isAsking || leftOf(away, now()) > 0)) return putOff(away, now());
    const isProbe = away !== undefined;
    isAsking ||= isProbe;
    try {
      const outcome = await handOver();
      const at = now();
      if (outcome.kind === "not-now") {
        const ms = Math.min(outcome.retryAfterMs ?? LEFT_ALONE_MS, LONGEST_MS);
        // Of requests that were under way together, the one that asks for the longest time counts.
        if (away === undefined || leftOf(away, at) < ms) away = { since: at.getTime(), ms, said: outcome };
      } else if (isProbe) {
        // Whoever gives no answer to the probe may be away still, and has asked for nothing: what may have left by it is
        // repeated while the vendor remembers it.
        away =
          outcome.kind === "unknown" && away
            ? { ...away, since: at.getTime(), ms: LEFT_ALONE_MS }
            : undefined;
      }
      return outcome;
    } finally {
      if (isProbe) isAsking = false;
    }
  };
}

const leftOf = ({ since, ms }: Away, now: Date): number =>
  isYounger(since, now, ms) ? since + ms - now.getTime() : 0;

/** A wait that the vendor did not ask for is the caller's to choose. */
function putOff(away: Away, now: Date): NotNow {
  const { retryAfterMs, ...said } = away.said;
  return retryAfterMs === undefined ? said : { ...said, retryAfterMs: Math.max(1_000, leftOf(away, now)) };
}
