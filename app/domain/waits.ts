/**
 * How long a job waits that is about a visit, for which people wait: the patient who is to be told, or the clinician who opens
 * it. Nobody tells a job that what it waited for is over, so it tries again. It does so the more often the nearer the start
 * is, and never more rarely than what it is for allows. What a vendor asked for, and what was planned, stays as it is.
 */
import type { Handler, Ids, Outcome } from "./job.ts";
import { PATIENCE } from "./job.ts";

/** How long a wait of ours is at first, and to what it doubles at most. */
interface Wait {
  readonly afterSeconds: number;
  readonly growsToSeconds: number;
}

/** What is mostly over within moments, such as a message's vendor that cannot be reached. */
export const MOMENTS: Wait = { afterSeconds: 15, growsToSeconds: 300 };
/**
 * A vendor that does not answer. The wait grows to a third of the time before a visit at which its last reminder comes, so that
 * whoever waited for it is told once it is back.
 */
export const AWAY: Wait = { afterSeconds: 30, growsToSeconds: 300 };
/**
 * A refusal that only a person can end, as it seems: one odd answer looks the same, and the next one may be as ever. So the
 * first waits are short.
 */
export const REFUSED: Wait = { afterSeconds: 30, growsToSeconds: 900 };

/** How rarely a chart that answers is asked at last about a visit that is more than a day away. */
export const FAR_GROWS_TO_SECONDS = 1_800;

/** A wait is at most this part of the time that is left to the visit's start, or that has passed since. */
const PART = 8;
const SHORTEST_SECONDS = 15;

/** @param moments at which somebody comes to the visit: its start, and the one that its patient knows */
export function near(outcome: Outcome, moments: readonly Date[], now: Date): Outcome {
  if (outcome.kind !== "not-now" || moments.length === 0) return outcome;
  const { afterSeconds = PATIENCE.firstWaitSeconds, growsToSeconds = usualGrowth(outcome) } = outcome;
  if (growsToSeconds === undefined) return outcome;
  const away = Math.min(...moments.map((moment) => Math.abs(moment.getTime() - now.getTime())));
  const most = Math.max(SHORTEST_SECONDS, Math.round(away / PART / 1_000));
  return {
    ...outcome,
    afterSeconds: Math.min(afterSeconds, most),
    growsToSeconds: Math.min(growsToSeconds, most),
  };
}

/** What says nothing of its wait grows as every job's does. What only says when it comes again was asked for, or planned. */
const usualGrowth = ({ afterSeconds }: { readonly afterSeconds?: number }): number | undefined =>
  afterSeconds === undefined ? PATIENCE.longestWaitSeconds : undefined;

/**
 * A handler whose job is about a visit, and waits no longer than that allows.
 * @param startOf the visit's start, as far as it is known
 */
export const inTime =
  <I extends Ids & { readonly visit: string }>(
    handler: Handler<I>,
    now: () => Date,
    startOf: (visit: string) => Promise<Date | undefined>,
  ): Handler<I> =>
  async (task) => {
    const outcome = await handler(task);
    if (outcome.kind !== "not-now") return outcome;
    const start = await startOf(task.of.visit);
    return near(outcome, start === undefined ? [] : [start], now());
  };
