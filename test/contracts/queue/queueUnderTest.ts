import type { Queue } from "../../../app/ports/queue.ts";

/** What a check of the contract is given. */
export interface QueueUnderTest {
  readonly queue: Queue;
  /** Time passes, for the queue. */
  readonly pass: (seconds: number) => Promise<void>;
  /** What time it is there; the machine's clock that the queue was given says another, unless they are one. */
  readonly time: () => Date;
  /** Puts a message as somebody does who keeps none of our rules. */
  readonly byStranger: (text: string) => Promise<void>;
}
