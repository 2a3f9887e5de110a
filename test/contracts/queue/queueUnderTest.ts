import type { Queue } from "../../../app/ports/queue.ts";

/** What a check of the contract is given. */
export interface QueueUnderTest {
  readonly queue: Queue;
  /** Lets time pass for the queue. */
  readonly pass: (seconds: number) => Promise<void>;
  /** The queue's own time. It may differ from the machine's clock, which the queue was given. */
  readonly time: () => Date;
  /** Sends a message as a stranger would, without our rules. */
  readonly byStranger: (text: string) => Promise<void>;
}
