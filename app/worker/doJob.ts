/** Does one job under a lease: begins it, lets its handler do it, and settles it. */
import {
  beaten,
  begun,
  handedBack,
  hung,
  settled,
  settledSince,
  type Handler,
  type Handlers,
  type Job,
  type KindRules,
  type Outcome,
} from "../domain/job.ts";
import type { Message } from "../ports/queue.ts";
import { messageFor } from "../records/jobMessages.ts";
import type { Jobs, KeptJob } from "../records/jobs.ts";
import { unreadableIn } from "../records/record.ts";
import type { WorkDeps } from "./deps.ts";
import { keepLease, underLease, whileLeased, type Lease, type Verdict } from "./lease.ts";
import { momentOf, SOMEBODY_WAS_QUICKER_SECONDS, tidy, tried } from "./messages.ts";
import { tellUndone } from "./undone.ts";
import { untilReadable } from "./unreadable.ts";

/** A process that hands a job back ends soon; until then a handler that ignores its signal may still be working. */
const HANDED_BACK_SECONDS = 5;

/** The handler for the job's kind, if this release knows the kind and the job has all ids that the kind requires. */
export function handlerOf<Rules extends KindRules>(
  kinds: Rules,
  handlers: Handlers<Rules>,
  { kind, of }: Job,
): Handler | undefined {
  if (!Object.hasOwn(kinds, kind)) return undefined;
  const hasAll = kinds[kind]?.ids.every((name) => Object.hasOwn(of, name));
  // The job's ids have just been compared with those that the kind requires.
  return hasAll === true ? (handlers as Readonly<Record<string, Handler | undefined>>)[kind] : undefined;
}

export interface Doing {
  readonly kept: KeptJob;
  /** The job as it is to be begun. */
  readonly job: Job;
  readonly message: Message;
  readonly stopping: AbortSignal;
}

export async function doJob<Rules extends KindRules>(
  deps: WorkDeps<Rules>,
  handler: Handler,
  { kept, job, message, stopping }: Doing,
): Promise<void> {
  if (stopping.aborted) {
    // The process is stopping, so there is no time left to do the job.
    await deps.queue.hide(message, 0);
    return;
  }
  const holder = deps.holder();
  deps.held.add(holder);
  try {
    await doAs(deps, handler, { kept, job, message, stopping, holder });
  } finally {
    deps.held.delete(holder);
  }
}

async function doAs<Rules extends KindRules>(
  deps: WorkDeps<Rules>,
  handler: Handler,
  { kept, job, message, stopping, holder }: Doing & { readonly holder: string },
): Promise<void> {
  const { jobs, queue, log, pace } = deps;
  const beganAt = performance.now();
  const mine = await takenAs(jobs, kept, begun(job, holder));
  if (mine === undefined) {
    await queue.hide(message, SOMEBODY_WAS_QUICKER_SECONDS);
    return;
  }
  let held = mine;
  const letter = hiddenAgain(deps, message);
  const lease = keepLease(pace.leaseSeconds, beganAt, async () => {
    const next = await changeMine(jobs, held, beaten);
    if (next === undefined) return false;
    held = next;
    // The message is hidden without waiting for it, because the record is what counts: a queue that does not answer must not
    // cost us the job.
    letter.hide();
    return true;
  });
  const verdict = await underLease(
    lease,
    { limitSeconds: jobs.kinds[job.kind]?.limitSeconds ?? 0, stopping },
    (signal) => handler({ id: job.id, of: job.of, due: job.due, tries: mine.job.tries, signal }),
  );
  await lease.end();
  const change = changeBy(verdict, job, deps);
  if (change === undefined) return;
  const now = await settle(deps, lease, held, change);
  const last = await letter.last();
  if (now === undefined) log.warn("job.lost", { names: [job.kind] });
  else if (verdict.how === "stopped")
    await tried(deps, () => queue.hide(last, HANDED_BACK_SECONDS, messageFor(job.id)));
  else await tidy(deps, last, now.job);
}

/**
 * Keeps hiding the message of a job that takes long, one request at a time. A process that receives it all the same sees in
 * the record that this one is alive.
 */
function hiddenAgain<Rules extends KindRules>(deps: WorkDeps<Rules>, message: Message) {
  let last = message;
  let underWay: Promise<void> | undefined;
  const once = async () => {
    last = (await tried(deps, () => deps.queue.hide(last, deps.pace.leaseSeconds))) ?? last;
    underWay = undefined;
  };
  return {
    hide: () => void (underWay ??= once()),
    /** The message with its current receipt. */
    async last() {
      await underWay;
      return last;
    },
  };
}

/** How the job's record changes; undefined when the job belongs to another process now. */
function changeBy<Rules extends KindRules>(
  verdict: Verdict<Outcome>,
  job: Job,
  deps: WorkDeps<Rules>,
): ((job: Job) => Job) | undefined {
  const { log, queue } = deps;
  const { kind } = job;
  const moment = momentOf(deps, job);
  switch (verdict.how) {
    case "answered":
      return (now) => settledSince(job, now, verdict.answer, moment);
    case "threw": {
      const row = unreadableIn(verdict.cause);
      log.error(row ? "job.waits_for_row" : "job.threw", verdict.cause, { names: [kind] });
      const answer: Outcome = row ? untilReadable(row) : { kind: "failed", reason: "threw" };
      return (now) => (row ? settledSince(job, now, answer, moment) : settled(now, answer, moment));
    }
    case "hung":
      log.warn("job.hung", { names: [kind] });
      return (now) => hung(now, moment);
    case "stopped":
      return (now) => handedBack(now, queue.now());
    case "lost":
      log.warn("job.lost", { names: [kind] });
      return undefined;
  }
}

/** Writes how the job ended, and tries again as long as the job is ours. */
async function settle<Rules extends KindRules>(
  deps: WorkDeps<Rules>,
  lease: Lease,
  kept: KeptJob,
  change: (job: Job) => Job,
): Promise<KeptJob | undefined> {
  return whileLeased(lease, async () => {
    const ended = change(kept.job);
    const told = await tellUndone(deps, kept.job, ended);
    const now = await changeMine(deps.jobs, kept, told === ended ? change : () => told);
    // An earlier try may have succeeded without its answer reaching us.
    return now ?? (await alreadySettled(deps.jobs, kept.job));
  });
}

async function alreadySettled(jobs: Pick<Jobs, "read">, { id, tries }: Job): Promise<KeptJob | undefined> {
  const now = await jobs.read(id);
  return now !== undefined && now.job.state !== "running" && now.job.tries === tries ? now : undefined;
}

/** Takes the job; it counts as taken, too, when the write succeeded and only its answer was lost. */
async function takenAs(
  jobs: Pick<Jobs, "read" | "write">,
  kept: KeptJob,
  next: Job,
): Promise<KeptJob | undefined> {
  try {
    return await jobs.write(kept, next);
  } catch (error) {
    const now = await jobs.read(next.id);
    if (now?.job.holder !== next.holder) throw error;
    return now;
  }
}

/**
 * Changes a job that is ours, however many others ask for it at the same time; undefined when it is ours no longer.
 * @throws StoreFault when others were quicker for longer than anybody waits
 */
async function changeMine(
  jobs: Pick<Jobs, "change" | "write">,
  kept: KeptJob,
  change: (job: Job) => Job,
): Promise<KeptJob | undefined> {
  const written = await jobs.write(kept, change(kept.job));
  if (written !== undefined) return written;
  const isMine = ({ state, holder }: Job) => state === "running" && holder === kept.job.holder;
  const now = await jobs.change(kept.job.id, (job) => (isMine(job) ? change(job) : undefined));
  return now?.isEdited === true ? now : undefined;
}
