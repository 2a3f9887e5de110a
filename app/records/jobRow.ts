/** A job's row: its form, where it is listed and how long it stays, and the functions that turn it into a job and back. */
import * as z from "zod";
import {
  FAILURES,
  isOpen,
  JOB_KINDS,
  JOB_STATES,
  type Job,
  type JobState,
  type KindRule,
} from "../domain/job.ts";
import type { Item, Stored } from "../ports/store.ts";
import {
  FIRST_VERSION,
  isOfAnotherRelease,
  membersIfReadable,
  membersOf,
  type RecordKind,
} from "./record.ts";

const idsOfAllKinds = () => [...new Set(Object.values(JOB_KINDS).flatMap((kind: KindRule) => kind.ids))];

const moment = z.iso.datetime();
const count = z.int().nonnegative();
const members = z.object({
  kind: z.string().meta({ description: "what is to be done: a word of the connector's" }),
  // Other releases may have kinds with other ids.
  of: z
    .object(Object.fromEntries(idsOfAllKinds().map((name) => [name, z.string().exactOptional()])))
    .catchall(z.string())
    .meta({
      description:
        "what it is about: ids of other rows of this list, the time it belongs to, or whether texts were ended",
    }),
  state: z.enum(JOB_STATES).meta({ description: "waiting, running, done, or why it is not" }),
  due: moment.meta({ description: "when it is to be done" }),
  usefulUntil: moment.exactOptional().meta({ description: "until when it makes sense" }),
  tries: count.meta({ description: "how often it was begun" }),
  failures: count.meta({ description: "how often it failed" }),
  losses: count.meta({ description: "how often its process vanished" }),
  postponements: count.meta({ description: "how often in a row it was put off for the same reason" }),
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

export const PARTITION = "jobs";
const DAY_MS = 86_400_000;
/** At least as long as whoever made the job could ask for it again. */
const KEPT_AFTER_END_MS = 7 * DAY_MS;
const KEPT_AFTER_LAPSE_MS = 30 * DAY_MS;

/**
 * `open` lists jobs that wait or run, by when they are due; `poisoned` by when they were given up; `lapsed` by when
 * they last made sense.
 */
export type Listed = "open" | "poisoned" | "lapsed";
export function rowOf(job: Job, body: Item["body"]): Item {
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
export const sorted = (listed: Listed, moment?: Date) => listed + " " + (moment?.toISOString() ?? "");

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

export function asMembers(job: Job): z.input<typeof members> {
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
export function jobIn(stored: Stored): Job {
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

/** Whether its row cannot be read, and no other release has written it. */
export const isDamaged = (stored: Stored): boolean =>
  !isOfAnotherRelease(jobs, stored.body) && membersIfReadable(jobs, stored) === undefined;
