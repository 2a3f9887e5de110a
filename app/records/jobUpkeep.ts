/** Keeping the jobs in order: a sweep finds what nobody was woken for, and an administrator decides on what failed. */
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
import { StoreConflict } from "../ports/store.ts";
import { jobId, type Jobs, type KeptJob, type Listed, type NewJob } from "./jobs.ts";

type Kept = Pick<Jobs, "page" | "read" | "write" | "wakeSoon">;
/** A sweep asks, too, which kinds this release does. */
type Swept = Pick<Jobs, "page" | "write" | "wake"> & { readonly kinds: object };

/** So long after it was due a job has been looked at by whoever its message woke, if there is one. */
const MESSAGE_LOST_AFTER_MS = 120_000;
const PAGE = 100;
const PAGES_A_SWEEP = 10;
/** By then it is no job that fails, but the queue or the store: nobody is helped by asking it for each of them. */
const FAILURES_IN_A_ROW = 5;
/** Of whoever changes a job that others change, too. */
const TRIES = 5;

export interface Sweep {
  /** @returns how many were woken. Where many wait, the next sweep goes on where this one ended. */
  run(signal: AbortSignal): Promise<number>;
}

export interface SweepDeps {
  readonly log: Log;
  /** The queue's. */
  readonly now: () => Date;
}

export function jobSweep(jobs: Swept, { log, now }: SweepDeps, lostAfterMs = MESSAGE_LOST_AFTER_MS): Sweep {
  /** Where the sweep before this one ended in each list. */
  const goesOnAt: Partial<Record<Listed, string | undefined>> = {};

  /** One that cannot be looked after keeps nobody else from it; several in a row end the sweep. */
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
   * So many pages at a time, until the end of the list. A page is looked at again when the sweep was told to stop, and not
   * when its jobs fail or the store knows the place no more: whoever comes next would get no further.
   */
  const through = async (
    listed: Listed,
    query: { readonly before?: Date; readonly from?: Date },
    signal: AbortSignal,
    look: (kept: KeptJob) => Promise<number>,
  ): Promise<number> => {
    let woken = 0;
    for (let pages = 0; pages < PAGES_A_SWEEP; pages++) {
      const continuation = goesOnAt[listed];
      goesOnAt[listed] = undefined;
      const page = await jobs.page(listed, { ...query, limit: PAGE, ...(continuation && { continuation }) });
      const seen = await each(page.jobs, signal, look);
      woken += seen.woken;
      goesOnAt[listed] = signal.aborted ? continuation : page.next;
      if (!seen.goesOn || page.next === undefined) break;
    }
    return woken;
  };

  /** Its message comes again and again while it is open, so one too many does little harm; none would do much. */
  const wakeAgain = async (kept: KeptJob): Promise<number> => {
    const { kind, due, wokenAt } = kept.job;
    // Another release's: whoever does it wakes for it, and more messages would only be hidden here.
    if (!Object.hasOwn(jobs.kinds, kind)) return 0;
    // Due by now and woken later than now: a clock that was ahead said so.
    const last = wokenAt.getTime() > now().getTime() ? due : wokenAt;
    if (last.getTime() > now().getTime() - lostAfterMs) return 0;
    await jobs.wake(kept.job);
    // Written after the message was sent: a kill in between sends another one next time.
    await jobs.write(kept, { ...kept.job, wokenAt: now() });
    return 1;
  };
  const reviveWronglyLapsed = async (kept: KeptJob): Promise<number> => {
    // It would have been tried again too late, and still would be.
    if (isPastUse(kept.job, kept.job.due)) return 0;
    const written = await jobs.write(kept, revived(kept.job, now()));
    if (written === undefined) return 0;
    await jobs.wake(written.job);
    return 1;
  };

  return {
    async run(signal) {
      // What is open comes first: whatever becomes of the list of those that lapsed keeps nobody from it.
      const before = new Date(now().getTime() - lostAfterMs);
      const woken = await through("open", { before }, signal, wakeAgain);
      return woken + (await through("lapsed", { from: now() }, signal, reviveWronglyLapsed));
    },
  };
}

/**
 * Adds a job whose occasion may come back: where it was done before, or has lapsed, it is begun anew. One that waits does it
 * for what it finds by then, one that is under way once more afterwards; one that is poisoned waits for an administrator.
 * @param over reasons that there are no more: what was put off for one of them is due, too. Who failed waits as long as ever.
 */
export function addAgain<Rules extends KindRules, K extends keyof Rules & string>(
  jobs: Adding<Rules>,
  job: NewJob<Rules, K> & { readonly due: Date },
  over: ReadonlySet<string> = new Set(),
): Promise<void> {
  return addOr(jobs, job, (kept) => asAdded(kept, job, over));
}

/** As {@link addAgain}, but one that waits is not done before this time comes either: the last word counts. */
export function addLater<Rules extends KindRules, K extends keyof Rules & string>(
  jobs: Adding<Rules>,
  job: NewJob<Rules, K> & { readonly due: Date },
): Promise<void> {
  return addOr(jobs, job, (kept) => {
    const isEarlier = kept.state === "waiting" && kept.due.getTime() < job.due.getTime();
    return isEarlier ? { ...kept, due: job.due, wokenAt: job.due } : asAdded(kept, job, new Set());
  });
}

type Adding<Rules extends KindRules> = Pick<Jobs<Rules>, "add" | "read" | "write" | "wakeSoon">;

async function addOr<Rules extends KindRules, K extends keyof Rules & string>(
  jobs: Adding<Rules>,
  job: NewJob<Rules, K>,
  edit: (kept: Job) => Job | undefined,
): Promise<void> {
  if ((await jobs.add(job)) === "added") return;
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const kept = await jobs.read(jobId(job.kind, job.key));
    const next = kept && edit(kept.job);
    if (kept === undefined || next === undefined) return;
    const written = await jobs.write(kept, next);
    if (written === undefined) continue;
    // One that is under way has its message.
    if (written.job.state === "waiting") await jobs.wakeSoon(written.job);
    return;
  }
  throw new StoreConflict("The job was changed each time while it was asked for again");
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
 * Tried again at once, with all patience; also one that was tried and put off, however far. @returns why not, in words, or
 * undefined.
 */
export async function replayJob(jobs: Kept, id: string, now: Date): Promise<string | undefined> {
  const isPutOff = ({ state, lastFailure }: Job) => state === "waiting" && lastFailure !== undefined;
  return decided(jobs, id, { also: isPutOff, decide: (job) => replayed(job, now) });
}

/** Never tried again. @returns why not, in words, or undefined. */
export async function discardJob(jobs: Kept, id: string, now: Date): Promise<string | undefined> {
  return decided(jobs, id, { also: () => false, decide: (job) => discarded(job, now) });
}

interface Decision {
  /** Which of those that are open may be decided on. */
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

/** All of a list, earliest first; up to `most`. */
export async function listJobs(jobs: Kept, listed: Listed, most: number): Promise<readonly Job[]> {
  const all: Job[] = [];
  let continuation: string | undefined;
  do {
    const page = await jobs.page(listed, {
      limit: Math.min(PAGE, most - all.length),
      ...(continuation !== undefined && { continuation }),
    });
    all.push(...page.jobs.map(({ job }) => job));
    continuation = page.next;
  } while (continuation !== undefined && all.length < most);
  return all;
}
