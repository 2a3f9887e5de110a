/** Keeps a job's message in step with its record. The record is what counts. */
import { isOpen, patienceFor, type Job, type KindRules, type Moment } from "../domain/job.ts";
import { LeaseLost, type Message } from "../ports/queue.ts";
import { messageFor } from "../records/jobMessages.ts";
import type { WorkDeps } from "./deps.ts";

export const SOMEBODY_WAS_QUICKER_SECONDS = 2;

/** Applies the record's state to the message. If that fails, the message comes again. */
export async function tidy<Rules extends KindRules>(
  deps: WorkDeps<Rules>,
  message: Message,
  job: Job,
): Promise<void> {
  const { queue, log } = deps;
  const told = { names: [job.kind], ...(job.lastFailure && { reason: job.lastFailure.reason }) };
  if (job.state === "poisoned") log.warn("job.poisoned", told);
  if (job.state === "lapsed") log.warn("job.lapsed", told);
  if (job.state === "waiting" && job.lastFailure) log.info("job.later", told);
  await tried(deps, async () => {
    if (isOpen(job))
      await queue.hide(message, Math.max(0, secondsUntil(job, queue.now())), messageFor(job.id));
    else await queue.remove(message);
  });
}

/** Makes a request of the queue. A failure is logged and not thrown, because the queue brings the message again. */
export async function tried<Rules extends KindRules, T>(
  { log }: WorkDeps<Rules>,
  ask: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof LeaseLost)) log.error("queue.not_told", error);
    return undefined;
  }
}

/**
 * How long a message is put off whose job this release does not know. It is left to releases that know it, and looked at
 * less and less often.
 */
const NOT_OURS_SECONDS = 60;
const NOT_OURS_AT_MOST_SECONDS = 900;

export async function notOurs<Rules extends KindRules>(
  { queue, log }: WorkDeps<Rules>,
  message: Message,
): Promise<void> {
  if (message.deliveries === 1) log.info("job.not_ours");
  const seconds = Math.min(NOT_OURS_SECONDS * message.deliveries, NOT_OURS_AT_MOST_SECONDS);
  await queue.hide(message, seconds);
}

export const secondsUntil = ({ due }: Job, now: Date) => (due.getTime() - now.getTime()) / 1000;
export const momentOf = <Rules extends KindRules>(
  { jobs, queue, chance, pace }: WorkDeps<Rules>,
  { kind }: Pick<Job, "kind">,
): Moment => ({
  now: queue.now(),
  chance: chance(),
  patience: patienceFor(jobs.kinds[kind], pace.patience),
});
