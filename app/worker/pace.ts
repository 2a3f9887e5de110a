/** How fast a worker goes, and how long it waits. */
import { JOBS_AT_ONCE, PATIENCE, type Patience } from "../domain/job.ts";

export interface Pace {
  /** A process that gives no sign of life for this long has lost its job or tick. */
  readonly leaseSeconds: number;
  /** How many jobs one process does at the same time. */
  readonly atOnce: number;
  /** The pause between two looks into an empty queue. */
  readonly idleSeconds: number;
  /** The pause between two looks at the ticks. */
  readonly ticksEverySeconds: number;
  /** How long running work may go on when the process ends; then it is handed back. */
  readonly drainSeconds: number;
  /** The longest pause between two tries of a queue that does not answer. */
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
