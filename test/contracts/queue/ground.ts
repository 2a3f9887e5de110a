import type { Queue } from "../../../app/ports/queue.ts";

/** What a check of the contract is given. */
export interface Ground {
  readonly queue: Queue;
  /** Time passes, for the queue. */
  readonly pass: (seconds: number) => Promise<void>;
}
