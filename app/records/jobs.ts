/**
 * Jobs: background work as it is kept. A job's record is the truth, and its message in the queue only wakes somebody. A job
 * is made only once, even if it is asked for twice; one process has it at a time; and a lost message loses no job.
 */
import { z } from "zod";
import {
  FAILURES,
  isOpen,
  JOB_KINDS,
  JOB_STATES,
  type IdsOf,
  type Job,
  type JobKinds,
  type JobState,
  type KindRule,
  type KindRules,
} from "../domain/job.ts";
import type { Log } from "../log.ts";
import { refuseUnsendable, type Queue } from "../ports/queue.ts";
import { refuseUnstorable, StoreConflict, type Item, type Store, type Stored } from "../ports/store.ts";
import { messageFor } from "./jobMessages.ts";
import { waking, type Waker } from "./waking.ts";
import {
  FIRST_VERSION,
  isOfAnotherRelease,
  membersIfReadable,
  membersOf,
  newBody,
  nextBody,
  type RecordKind,
} from "./record.ts";
import { changeRow } from "./writing.ts";

const idsOfAllKinds = () => [...new Set(Object.values(JOB_KINDS).flatMap((kind: KindRule) => kind.ids))];

const moment = z.iso.datetime();
const count = z.int().nonnegative();
const members = z.object({
  kind: z.string().meta({ description: "what is to be done: a word of the connector's" }),
  // Other releases may have kinds with other ids.
  of: z
    .object(Object.fromEntries(idsOfAllKinds().map((name) => [name, z.string().exactOptional()])))
    .catchall(z.string())
    .meta({ description: "what it is about: ids of other rows of this list, or the time it belongs to" }),
  state: z.enum(JOB_STATES).meta({ description: "waiting, running, done, or why it is not" }),
  due: moment.meta({ description: "when it is to be done" }),
  usefulUntil: moment.exactOptional().meta({ description: "until when it makes sense" }),
  tries: count.meta({ description: "how often it was begun" }),
  failures: count.meta({ description: "how often it failed" }),
  losses: count.meta({ description: "how often its process vanished" }),
  postponements: count.meta({ description: "how often a vendor said: not now" }),
  lastFailure: z
    .object({ how: z.enum(FAILURES), reason: z.string(), at: moment })
    .exactOptional()
    .meta({ description: "what went wrong last: a word and a code, and when" }),
  holder: z.string().exactOptional().meta({ description: "random id of the process that does it" }),
  beat: count.meta({ description: "how often that one said that it lives" }),
  wokenAt: moment.meta({ description: "when it got a message in the queue" }),
  endedAt: moment.exactOptional().meta({ description: "when it came to its end" }),
});

export const jobs: RecordKind<typeof members> = {
  container: "jobs",
  what: "a piece of background work, under its kind and what it is about",
  members,
  kept: "until 7 days after it is done, and 30 after it made no sense any more; one that failed too often, until an administrator replays or discards it",
  expires: true,
  version: FIRST_VERSION,
};

const PARTITION = "jobs";
const DAY_MS = 86_400_000;
/** At least as long as whoever made the job could ask for it again. */
const KEPT_AFTER_END_MS = 7 * DAY_MS;
const KEPT_AFTER_LAPSE_MS = 30 * DAY_MS;

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

/**
 * `open` lists jobs that wait or run, by when they are due; `poisoned` by when they were given up; `lapsed` by when
 * they last made sense.
 */
export type Listed = "open" | "poisoned" | "lapsed";
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

function rowOf(job: Job, body: Item["body"]): Item {
  const sort = sortOf(job);
  const expiresAt = expiryOf(job);
  return {
    partition: PARTITION,
    id: job.id,
    body,
    ...(sort !== undefined && { sort }),
    ...(expiresAt && { expiresAt }),
  };
}

/** Letters, a space and a time: `open 2026-…` sorts above `open ` and below `open!`, as all of its kind do. */
const sorted = (listed: Listed, moment?: Date) => listed + " " + (moment?.toISOString() ?? "");

function sortOf(job: Job): string | undefined {
  if (isOpen(job)) return sorted("open", job.due);
  if (job.state === "poisoned") return sorted("poisoned", job.endedAt);
  if (job.state === "lapsed") return sorted("lapsed", job.usefulUntil);
  return undefined;
}

/** A job that is not done never expires by itself, because a clock that is wrong for a moment must not lose it. */
function expiryOf({ state, endedAt, due, usefulUntil }: Job): Date | undefined {
  const last = Math.max(...[endedAt, due, usefulUntil].map((date) => date?.getTime() ?? 0));
  const kept: Partial<Record<JobState, number>> = {
    done: KEPT_AFTER_END_MS,
    discarded: KEPT_AFTER_END_MS,
    lapsed: KEPT_AFTER_LAPSE_MS,
  };
  const after = kept[state];
  return after === undefined ? undefined : new Date(last + after);
}

function asMembers(job: Job): z.input<typeof members> {
  const { id: _, due, usefulUntil, lastFailure, wokenAt, endedAt, holder, ...rest } = job;
  return {
    ...rest,
    due: due.toISOString(),
    wokenAt: wokenAt.toISOString(),
    ...(usefulUntil && { usefulUntil: usefulUntil.toISOString() }),
    ...(lastFailure && { lastFailure: { ...lastFailure, at: lastFailure.at.toISOString() } }),
    ...(holder !== undefined && { holder }),
    ...(endedAt && { endedAt: endedAt.toISOString() }),
  };
}

/** @throws UnreadableRecord */
function jobIn(stored: Stored): Job {
  const { due, usefulUntil, lastFailure, wokenAt, endedAt, of, ...rest } = membersOf(jobs, stored);
  return {
    ...rest,
    id: stored.id,
    of,
    due: new Date(due),
    wokenAt: new Date(wokenAt),
    ...(usefulUntil !== undefined && { usefulUntil: new Date(usefulUntil) }),
    ...(lastFailure && { lastFailure: { ...lastFailure, at: new Date(lastFailure.at) } }),
    ...(endedAt !== undefined && { endedAt: new Date(endedAt) }),
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

const isDamaged = (stored: Stored): boolean =>
  !isOfAnotherRelease(jobs, stored.body) && membersIfReadable(jobs, stored) === undefined;

const later = (one: Date, other: Date) => (one.getTime() > other.getTime() ? one : other);
