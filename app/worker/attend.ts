/**
 * A message came: look at its job, and do it if it is time and nobody else has it. Whatever is thrown between two of these
 * steps, or kills the process there, leaves a message that comes again and a record that says how far the job came.
 */
import { isOpen, isPastUse, lapsed, vanished, type Job, type KindRules } from "../domain/job.ts";
import type { Message } from "../ports/queue.ts";
import { messageFor, wantedBy, type Wanted } from "../records/jobMessages.ts";
import type { KeptJob } from "../records/jobs.ts";
import { UnreadableRecord } from "../records/record.ts";
import type { WorkDeps } from "./deps.ts";
import { doJob, handlerOf } from "./doJob.ts";
import { momentOf, notOurs, secondsUntil, SOMEBODY_WAS_QUICKER_SECONDS, tidy } from "./messages.ts";

/** @param stopping says that what is under way is to be handed back. */
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
    // Not only its work: whether it is past its use or poison is for those to say who know it.
    await notOurs(deps, message);
    return;
  }
  const isOurs = deps.held.has(job.holder ?? "");
  if (job.state === "running" && (isOurs || wanted.seen !== signOf(job))) {
    // Whoever has it gives signs of life; when there was none by the time that this comes again, they are gone. A clock that
    // is set may bring it at once, and then we at least know of ourselves.
    await queue.hide(message, pace.leaseSeconds, messageFor(job.id, signOf(job)));
    return;
  }
  const now = queue.now();
  const waits = secondsUntil(job, now);
  // By this clock it is early, whoever sent the message and whatever another clock said.
  if (waits > 0) {
    await queue.hide(message, waits);
    return;
  }
  const free = job.state === "running" ? vanished(job, momentOf(deps)) : job;
  if (!isOpen(free)) await end(deps, kept, free, message);
  else if (isPastUse(free, now)) await end(deps, kept, lapsed(free, now), message);
  else await doJob(deps, handler, { kept, job: free, message, stopping });
}

/** Ends a job that nobody has begun, if nobody was quicker. */
async function end<Rules extends KindRules>(
  deps: WorkDeps<Rules>,
  kept: KeptJob,
  next: Job,
  message: Message,
): Promise<void> {
  const ended = await deps.jobs.write(kept, next);
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
