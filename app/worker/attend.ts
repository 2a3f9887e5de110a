/**
 * Attends to a message: looks at its job, and does it if it is due and no other process has it. If an error or the end of
 * the process comes between two steps, the message comes again, and the record says how far the job came.
 */
import { isOpen, isPastUse, lapsed, vanished, type Job, type KindRules } from "../domain/job.ts";
import type { Message } from "../ports/queue.ts";
import { messageFor, wantedBy, type Wanted } from "../records/jobMessages.ts";
import type { KeptJob } from "../records/jobs.ts";
import { UnreadableRecord } from "../records/record.ts";
import type { WorkDeps } from "./deps.ts";
import { doJob, handlerOf } from "./doJob.ts";
import { momentOf, notOurs, secondsUntil, SOMEBODY_WAS_QUICKER_SECONDS, tidy } from "./messages.ts";
import { tellUndone } from "./undone.ts";

/** @param stopping aborted when running work is to be handed back */
export async function attend<Rules extends KindRules>(
  deps: WorkDeps<Rules>,
  message: Message,
  stopping: AbortSignal,
): Promise<void> {
  const wanted = wantedBy(message.text);
  if (wanted === undefined) {
    deps.log.warn("message.unreadable");
    await deps.queue.bury(message, "unreadable");
    return;
  }
  const kept = await readOrElse(deps, wanted);
  if (kept === "not-ours") await notOurs(deps, message);
  else if (kept === undefined || !isOpen(kept.job)) await deps.queue.remove(message);
  else await attendOpen(deps, kept, { message, wanted, stopping });
}

interface Attended {
  readonly message: Message;
  readonly wanted: Wanted;
  readonly stopping: AbortSignal;
}

async function attendOpen<Rules extends KindRules>(
  deps: WorkDeps<Rules>,
  kept: KeptJob,
  { message, wanted, stopping }: Attended,
): Promise<void> {
  const { jobs, queue, pace } = deps;
  const { job } = kept;
  const handler = handlerOf(jobs.kinds, deps.handlers, job);
  if (handler === undefined) {
    // This release does not know the job's kind, so a release that does must also decide whether the job is past its use or
    // poison.
    await notOurs(deps, message);
    return;
  }
  const isOurs = deps.held.has(job.holder ?? "");
  if (job.state === "running" && (isOurs || wanted.seen !== signOf(job))) {
    // The process that has the job renews its sign of life. If there was no new one by the time this message comes again,
    // that process is gone. A change of the clock may bring the message back at once; then at least the jobs of this process
    // are known to be alive.
    await queue.hide(message, pace.leaseSeconds, messageFor(job.id, signOf(job)));
    return;
  }
  const now = queue.now();
  const waits = secondsUntil(job, now);
  // By the queue's clock the job is not due yet, whoever sent the message and whatever another clock showed.
  if (waits > 0) {
    await queue.hide(message, waits);
    return;
  }
  const free = job.state === "running" ? vanished(job, momentOf(deps, job)) : job;
  if (!isOpen(free)) await end(deps, kept, free, message);
  else if (isPastUse(free, now)) await end(deps, kept, lapsed(free, now), message);
  else await doJob(deps, handler, { kept, job: free, message, stopping });
}

/** Ends a job that nobody has begun, unless another process was quicker. */
async function end<Rules extends KindRules>(
  deps: WorkDeps<Rules>,
  kept: KeptJob,
  next: Job,
  message: Message,
): Promise<void> {
  const ended = await deps.jobs.write(kept, await tellUndone(deps, kept.job, next));
  if (ended === undefined) await deps.queue.hide(message, SOMEBODY_WAS_QUICKER_SECONDS);
  else await tidy(deps, message, ended.job);
}

async function readOrElse<Rules extends KindRules>(
  { jobs, log }: WorkDeps<Rules>,
  { job }: Wanted,
): Promise<KeptJob | undefined | "not-ours"> {
  try {
    return await jobs.read(job);
  } catch (error) {
    if (!(error instanceof UnreadableRecord)) throw error;
    log.error("job.unreadable", error);
    return "not-ours";
  }
}

const signOf = ({ holder = "", beat }: Job) => holder + ":" + String(beat);
