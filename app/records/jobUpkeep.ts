/**
 * Keeps the jobs in order: a sweep finds jobs for which no message woke anybody, and an administrator decides on jobs that
 * failed.
 */
import {
  anew,
  askedAgain,
  broughtForward,
  discarded,
  isOpen,
  isPastUse,
  replayed,
  revived,
  type Job,
  type KindRules,
} from "../domain/job.ts";
import type { Log } from "../log.ts";
import type { Listed } from "./jobRow.ts";
import { jobId, type Jobs, type KeptJob, type NewJob } from "./jobs.ts";

type Kept = Pick<Jobs, "readSlice" | "read" | "write" | "wakeSoon">;
/** What a sweep needs of the jobs, and the kinds that this release does. */
type Swept = Pick<Jobs, "readSlice" | "write" | "wake"> & { readonly kinds: object };

/** By this long after a job was due, its message has woken somebody who looked at it, unless the message was lost. */
const MESSAGE_LOST_AFTER_MS = 120_000;
const SLICE = 100;
const SLICES_A_SWEEP = 10;
/** After this many failures in a row it is the queue or the store that fails and not a job, so the sweep ends. */
const FAILURES_IN_A_ROW = 5;

export interface Sweep {
  /** @returns how many jobs were woken. Where many wait, the next sweep goes on where this one ended. */
  run(signal: AbortSignal): Promise<number>;
}

export interface SweepDeps {
  readonly log: Log;
  /** The queue's clock. */
  readonly now: () => Date;
}

export function jobSweep(jobs: Swept, { log, now }: SweepDeps, lostAfterMs = MESSAGE_LOST_AFTER_MS): Sweep {
  /** Where the sweep before this one ended in each list. */
  const goesOnAt: Partial<Record<Listed, string | undefined>> = {};

  /** Looks at each job. A failure with one does not keep the sweep from the others; several in a row end the sweep. */
  const each = async (
    all: readonly KeptJob[],
    signal: AbortSignal,
    look: (kept: KeptJob) => Promise<number>,
  ): Promise<{ readonly woken: number; readonly goesOn: boolean }> => {
    let woken = 0;
    let failures = 0;
    for (const kept of all) {
      if (signal.aborted || failures === FAILURES_IN_A_ROW) return { woken, goesOn: false };
      try {
        woken += await look(kept);
        failures = 0;
      } catch (error) {
        failures += 1;
        log.error("job.not_looked_after", error, { names: [kept.job.kind] });
      }
    }
    return { woken, goesOn: !signal.aborted };
  };
  /**
   * Looks at a limited number of slices, until the end of the list. A slice is looked at again if the sweep was told to stop
   * on it, but not if its jobs fail or the store no longer knows the continuation: the next sweep would get no further
   * either.
   */
  const through = async (
    listed: Listed,
    query: { readonly before?: Date; readonly from?: Date },
    signal: AbortSignal,
    look: (kept: KeptJob) => Promise<number>,
  ): Promise<number> => {
    let woken = 0;
    for (let slices = 0; slices < SLICES_A_SWEEP; slices++) {
      const continuation = goesOnAt[listed];
      goesOnAt[listed] = undefined;
      const slice = await jobs.readSlice(listed, {
        ...query,
        limit: SLICE,
        ...(continuation && { continuation }),
      });
      const seen = await each(slice.jobs, signal, look);
      woken += seen.woken;
      goesOnAt[listed] = signal.aborted ? continuation : slice.next;
      if (!seen.goesOn || slice.next === undefined) break;
    }
    return woken;
  };

  /**
   * Sends the job's message again. A message too many does little harm, since a job's message returns as long as the job is
   * open; a missing one would mean that the job is not done.
   */
  const wakeAgain = async (kept: KeptJob): Promise<number> => {
    const { kind, due, wokenAt } = kept.job;
    // The job is another release's, which wakes workers for it. More messages would only be hidden here.
    if (!Object.hasOwn(jobs.kinds, kind)) return 0;
    // If the job is due but was woken later than now, a clock that was ahead wrote that time, so it is not used.
    const last = wokenAt.getTime() > now().getTime() ? due : wokenAt;
    if (last.getTime() > now().getTime() - lostAfterMs) return 0;
    await jobs.wake(kept.job);
    // This is written after the message was sent: if the process is killed in between, the next sweep sends another message.
    await jobs.write(kept, { ...kept.job, wokenAt: now() });
    return 1;
  };
  const reviveWronglyLapsed = async (kept: KeptJob): Promise<number> => {
    // The job would have been tried again too late, and still would be.
    if (isPastUse(kept.job, kept.job.due)) return 0;
    const written = await jobs.write(kept, revived(kept.job, now()));
    if (written === undefined) return 0;
    await jobs.wake(written.job);
    return 1;
  };

  return {
    async run(signal) {
      // Open jobs come first, so that a problem with the list of lapsed jobs does not hold them up.
      const before = new Date(now().getTime() - lostAfterMs);
      const woken = await through("open", { before }, signal, wakeAgain);
      return woken + (await through("lapsed", { from: now() }, signal, reviveWronglyLapsed));
    },
  };
}

/**
 * Adds a job whose occasion may come back. If it was done before, or has lapsed, it is begun anew. If it waits, it stays as
 * it is and takes account of everything that it finds once it runs. If it is under way, it is done once more afterwards. If
 * it is poisoned, it waits for an administrator.
 * @param over reasons that no longer apply: a job that was put off for one of them becomes due; one that failed waits as
 * long as before
 */
export function addAgain<Rules extends KindRules, K extends keyof Rules & string>(
  jobs: Adding<Rules>,
  job: NewJob<Rules, K> & { readonly due: Date },
  over: ReadonlySet<string> = new Set(),
): Promise<void> {
  return addOr(jobs, job, (kept) => asAdded(kept, job, over));
}

/** Does the same as {@link addAgain}, but a job that waits is put off until this time: the last call counts. */
export function addLater<Rules extends KindRules, K extends keyof Rules & string>(
  jobs: Adding<Rules>,
  job: NewJob<Rules, K> & { readonly due: Date },
): Promise<void> {
  return addOr(jobs, job, (kept) => {
    const isEarlier = kept.state === "waiting" && kept.due.getTime() < job.due.getTime();
    return isEarlier ? { ...kept, due: job.due, wokenAt: job.due } : asAdded(kept, job, new Set());
  });
}

/** Does the same for what is to be done whatever happens: a job that was given up is tried again. */
export function addUntilDone<Rules extends KindRules, K extends keyof Rules & string>(
  jobs: Adding<Rules>,
  job: NewJob<Rules, K> & { readonly due: Date },
): Promise<void> {
  return addOr(jobs, job, (kept) => (kept.state === "poisoned" ? replayed(kept, job.due) : undefined));
}

type Adding<Rules extends KindRules> = Pick<Jobs<Rules>, "add" | "change" | "wakeSoon">;

async function addOr<Rules extends KindRules, K extends keyof Rules & string>(
  jobs: Adding<Rules>,
  job: NewJob<Rules, K>,
  edit: (kept: Job) => Job | undefined,
): Promise<void> {
  if ((await jobs.add(job)) === "added") return;
  const now = await jobs.change(jobId(job.kind, job.key), edit);
  // A job that is under way has its message.
  if (now?.isEdited === true && now.job.state === "waiting") await jobs.wakeSoon(now.job);
}

function asAdded(
  kept: Job,
  job: Pick<Job, "due" | "usefulUntil">,
  over: ReadonlySet<string>,
): Job | undefined {
  if (kept.state === "done" || kept.state === "lapsed") return anew(kept, job);
  if (kept.state === "running") return askedAgain(kept, job);
  const { state, due, lastFailure } = kept;
  const isPutOff = state === "waiting" && due.getTime() > job.due.getTime() && lastFailure?.how === "not-now";
  return isPutOff && over.has(lastFailure.reason) ? broughtForward(kept, job.due) : undefined;
}

/**
 * Tries the job again at once, with its failures no longer counted; this includes a job that was tried and put off, however
 * far.
 * @returns why this is not possible, in words, or undefined
 */
export async function replayJob(jobs: Kept, id: string, now: Date): Promise<string | undefined> {
  const isPutOff = ({ state, lastFailure }: Job) => state === "waiting" && lastFailure !== undefined;
  return decided(jobs, id, { also: isPutOff, decide: (job) => replayed(job, now) });
}

/** Marks the job as never to be tried again. @returns why this is not possible, in words, or undefined */
export async function discardJob(jobs: Kept, id: string, now: Date): Promise<string | undefined> {
  return decided(jobs, id, { also: () => false, decide: (job) => discarded(job, now) });
}

interface Decision {
  /** Which of the open jobs may be decided on. */
  readonly also: (job: Job) => boolean;
  readonly decide: (job: Job) => Job;
}

async function decided(jobs: Kept, id: string, { also, decide }: Decision): Promise<string | undefined> {
  const kept = await jobs.read(id);
  if (kept === undefined) return `There is no job ${id}.`;
  const { state } = kept.job;
  if (state === "done" || state === "discarded") return `${id} is ${state} already.`;
  if (isOpen(kept.job) && !also(kept.job))
    return `${id} is ${state}; only one that is poisoned or has lapsed is decided on, and one that was put off is replayed.`;
  const written = await jobs.write(kept, decide(kept.job));
  if (written === undefined) return `Somebody else has just changed ${id}. Look again.`;
  if (isOpen(written.job)) await jobs.wakeSoon(written.job);
  return undefined;
}

/** The jobs of a list, earliest first, but no more than `most`, and the ids of those that cannot be read. */
export async function listJobs(
  jobs: Kept,
  listed: Listed,
  most: number,
): Promise<{ readonly all: readonly Job[]; readonly unreadable: readonly string[] }> {
  const all: Job[] = [];
  const unreadable: string[] = [];
  let continuation: string | undefined;
  do {
    const slice = await jobs.readSlice(listed, {
      limit: Math.min(SLICE, most - all.length),
      ...(continuation !== undefined && { continuation }),
    });
    all.push(...slice.jobs.map(({ job }) => job));
    unreadable.push(...slice.unreadable);
    continuation = slice.next;
  } while (continuation !== undefined && all.length < most);
  return { all, unreadable };
}
