/** A job's message is put into the queue: by whoever can wait for that, and by whoever cannot. */
import type { Job } from "../domain/job.ts";
import type { Log } from "../log.ts";
import type { Queue } from "../ports/queue.ts";
import { messageFor } from "./jobMessages.ts";

export interface Waker {
  /** Puts a message for a job into the queue, seen when it is due. */
  wake(job: Job): Promise<void>;
  /** The same for whoever must not wait for a queue that does not answer: what it does not take soon is left to the sweep. */
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

/** More than a queue takes that is well, less than a person minds. */
const MOMENT_MS = 1_000;

/** The message may still be taken afterwards: it does no harm then. */
async function withinMoment(sent: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error("The queue did not answer in a second")), MOMENT_MS);
  try {
    await Promise.race([sent, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
