import { JOBS_AT_ONCE, PATIENCE, type Patience } from "../domain/job.ts";

/** How fast a worker goes, and how patient it is. */
export interface Pace {
  /** Whoever gives no sign of life for so long has lost what they had. */
  readonly leaseSeconds: number;
  /** Jobs under way in one process. */
  readonly atOnce: number;
  /** Between two looks into a queue that is empty. */
  readonly idleSeconds: number;
  /** Between two looks at what comes round. */
  readonly ticksEverySeconds: number;
  /** What is under way at the end may finish within it; then it is handed back. */
  readonly drainSeconds: number;
  /** Between two tries of a queue that does not answer, at most. */
  readonly silenceSeconds: number;
  readonly patience: Patience;
}

export const PACE: Pace = {
  leaseSeconds: 30,
  atOnce: JOBS_AT_ONCE,
  idleSeconds: 1,
  ticksEverySeconds: 5,
  drainSeconds: 7,
  silenceSeconds: 30,
  patience: PATIENCE,
};
