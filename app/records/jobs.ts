/**
 * Jobs: background work as it is kept. A job's record is the truth, and its message in the queue only wakes somebody. A job
 * is made only once, even if it is asked for twice; one process has it at a time; and a lost message loses no job.
 */
import type { IdsOf, Job, JobKinds, KindRules } from "../domain/job.ts";
import type { Log } from "../log.ts";
import { refuseUnsendable, type Queue } from "../ports/queue.ts";
import { refuseUnstorable, StoreConflict, type Store, type Stored } from "../ports/store.ts";
import { messageFor } from "./jobMessages.ts";
import { asMembers, isDamaged, jobIn, jobs, PARTITION, rowOf, sorted, type Listed } from "./jobRow.ts";
import { newBody, nextBody } from "./record.ts";
import { waking, type Waker } from "./waking.ts";
import { changeRow } from "./writing.ts";

/** A job, as it was read from the store. */
export interface KeptJob {
  readonly job: Job;
  readonly stored: Stored;
}

/** `isEdited` is false when the job was left as it is. */
type EditedJob = KeptJob & { readonly isEdited: boolean };

export interface NewJob<Rules extends KindRules, K extends keyof Rules> {
  readonly kind: K;
  /**
   * The same kind and key are the same job, so that adding it a second time is harmless. Made of ids, and of what
   * distinguishes the job from others about them.
   */
  readonly key: string;
  readonly of: IdsOf<Rules, K>;
  /** The job does not begin before this time; without it, at once. */
  readonly due?: Date;
  /** From then on the job makes no sense any more. */
  readonly usefulUntil?: Date;
}

export interface Jobs<Rules extends KindRules = JobKinds> extends Waker {
  readonly kinds: Rules;
  /** The queue's clock, by which it is decided that a job is due. */
  readonly now: () => Date;
  /**
   * Makes the job unless it was made before, done or not; one whose row is damaged is made anew, because nobody knows any more
   * whether it was done, and a second time is harmless. Once this resolves, a killed process does not lose the job.
   */
  add<K extends keyof Rules & string>(job: NewJob<Rules, K>): Promise<"added" | "known">;
  read(id: string): Promise<KeptJob | undefined>;
  /** Undefined when somebody else has changed the job since it was read. */
  write(kept: KeptJob, next: Job): Promise<KeptJob | undefined>;
  /**
   * Changes the job as it is now, however many others change it at the same time. `edit` may be called several times; it
   * returns undefined to leave the job as it is.
   * @returns the job as it is now, or undefined when there is none
   * @throws StoreFault when others were quicker for longer than anybody waits
   */
  change(id: string, edit: (job: Job) => Job | undefined): Promise<EditedJob | undefined>;
  /** A slice of the jobs in a state that is listed, earliest first. */
  readSlice(
    listed: Listed,
    query: { before?: Date; from?: Date; limit: number; continuation?: string },
  ): Promise<JobSlice>;
  /** Called whenever this process has made a job that is due. */
  onDue(call: () => void): void;
}

export interface JobSlice {
  readonly jobs: readonly KeptJob[];
  /** The ids of those that this release cannot read, which are left out. */
  readonly unreadable: readonly string[];
  readonly next?: string;
}

export interface JobsDeps<Rules extends KindRules> {
  readonly kinds: Rules;
  readonly store: Store;
  readonly queue: Queue;
  readonly log: Log;
}

export const jobId = (kind: string, key: string): string => kind + ":" + key;

export function openJobs<Rules extends KindRules>(deps: JobsDeps<Rules>): Jobs<Rules> {
  const { kinds, store, queue, log } = deps;
  let whenDue: (() => void) | undefined;
  const waker = waking(queue, log, () => whenDue?.());
  return {
    kinds,
    now: queue.now,
    ...waker,
    onDue: (call) => void (whenDue = call),
    async add({ kind, key, of, due = queue.now(), usefulUntil }) {
      const wokenAt = later(due, queue.now());
      const job = newJob({ id: jobId(kind, key), kind, of, due, usefulUntil, wokenAt });
      refuseUnkeepable(job);
      // Each view of a visit asks for jobs that were made before, and a refused write costs a store more than a read.
      const there = await store.read(jobs.container, PARTITION, job.id);
      if (there !== undefined && !isDamaged(there)) return "known";
      try {
        if (there === undefined)
          await store.create(jobs.container, rowOf(job, newBody(jobs, asMembers(job))));
        else
          await store.replace(jobs.container, rowOf(job, nextBody(jobs, there, asMembers(job))), there.etag);
      } catch (error) {
        if (error instanceof StoreConflict) return "known";
        throw error;
      }
      await waker.wakeSoon(job);
      return "added";
    },
    async read(id) {
      if (!canBeAnId(id)) return undefined;
      const stored = await store.read(jobs.container, PARTITION, id);
      return stored && { stored, job: jobIn(stored) };
    },
    async write({ stored }, next) {
      try {
        const row = rowOf(next, nextBody(jobs, stored, asMembers(next)));
        return { job: next, stored: await store.replace(jobs.container, row, stored.etag) };
      } catch (error) {
        if (error instanceof StoreConflict) return undefined;
        throw error;
      }
    },
    async change(id, edit) {
      if (!canBeAnId(id)) return undefined;
      const last = { isEdited: false };
      const stored = await changeRow(store, jobs.container, { partition: PARTITION, id }, (now) => {
        const next = edit(jobIn(now));
        last.isEdited = next !== undefined;
        return next && rowOf(next, nextBody(jobs, now, asMembers(next)));
      });
      return stored && { stored, job: jobIn(stored), ...last };
    },
    async readSlice(listed, { from, before, limit, continuation }) {
      const slice = await store.list(jobs.container, PARTITION, {
        from: sorted(listed, from),
        before: before === undefined ? listed + "!" : sorted(listed, before),
        limit,
        ...(continuation !== undefined && { continuation }),
      });
      return { ...readable(slice.items, log), ...(slice.next !== undefined && { next: slice.next }) };
    },
  };
}

/** @throws RangeError for a job that could be kept but then neither read nor woken for */
function refuseUnkeepable({ id, due, usefulUntil }: Job): void {
  refuseUnstorable({ partition: PARTITION, id });
  refuseUnsendable(messageFor(id));
  for (const date of [due, usefulUntil ?? due])
    if (!(date.getTime() >= 0 && date.getTime() < YEAR_10000))
      throw new RangeError("A job is due, and makes sense, at a moment from 1970 to 9999");
}
/** Whether a text can be a job's id. It may come from somebody else's message, or from a keyboard. */
function canBeAnId(id: string): boolean {
  try {
    refuseUnstorable({ partition: PARTITION, id });
    return true;
  } catch {
    return false;
  }
}

/** From then on a moment is written with more digits, and texts no longer sort by time. */
const YEAR_10000 = Date.UTC(10_000, 0);

function newJob(
  given: Pick<Job, "id" | "kind" | "of" | "due" | "wokenAt"> & { usefulUntil: Date | undefined },
): Job {
  const { usefulUntil, ...rest } = given;
  return {
    ...rest,
    ...(usefulUntil !== undefined && { usefulUntil }),
    state: "waiting",
    tries: 0,
    failures: 0,
    losses: 0,
    postponements: 0,
    beat: 0,
  };
}

/**
 * Leaves out the jobs that this release cannot read; another release's workers do them. There may be many, and they are come
 * upon every few seconds, so one line tells of all.
 */
function readable(all: readonly Stored[], log: Log): Omit<JobSlice, "next"> {
  const faults: unknown[] = [];
  const unreadable: string[] = [];
  const read = all.flatMap((stored) => {
    try {
      return [{ stored, job: jobIn(stored) }];
    } catch (fault) {
      faults.push(fault);
      unreadable.push(stored.id);
      return [];
    }
  });
  if (faults.length > 0) log.error("job.unreadable", faults[0], { count: faults.length });
  return { jobs: read, unreadable };
}

const later = (one: Date, other: Date) => (one.getTime() > other.getTime() ? one : other);
