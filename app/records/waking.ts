/** Puts a job's message into the queue, both for callers that can wait for that and for those that cannot. */
import type { Job } from "../domain/job.ts";
import type { Log } from "../log.ts";
import type { Queue } from "../ports/queue.ts";
import { messageFor } from "./jobMessages.ts";

export interface Waker {
  /** Puts a message for a job into the queue, which becomes visible when the job is due. */
  wake(job: Job): Promise<void>;
  /**
   * Does the same for a caller that must not wait for a queue that does not answer. What the queue does not take soon is
   * left to the sweep.
   */
  wakeSoon(job: Job): Promise<void>;
}

/** @param isDue called when a message is there that may be taken at once */
export function waking(queue: Queue, log: Log, isDue: () => void): Waker {
  const wake = async ({ id, due }: Job) => {
    const afterSeconds = (due.getTime() - queue.now().getTime()) / 1000;
    await queue.send(messageFor(id), Math.max(0, afterSeconds));
    if (afterSeconds <= 0) isDue();
  };
  const wakeSoon = async (job: Job) => {
    try {
      await withinMoment(wake(job));
    } catch (cause) {
      log.error("job.not_woken", cause, { names: [job.kind] });
    }
  };
  return { wake, wakeSoon };
}

/** Longer than a healthy queue needs, but shorter than a person would mind. */
const MOMENT_MS = 1_000;

/** The queue may still take the message afterwards, which does no harm. */
async function withinMoment(sent: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error("The queue did not answer in a second")), MOMENT_MS);
  try {
    await Promise.race([sent, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
