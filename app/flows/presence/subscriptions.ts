/**
 * Compares the subscriptions that Graph has with those that visits have. A subscription without a visit, left by a killed
 * process or a deletion, is removed. One that Graph has lost, of which it gives no notice for meetings, is made anew; so is
 * one that has ended because the job that was to renew it was given up.
 */
import { atMost } from "../../domain/few.ts";
import { isOpen, type Job } from "../../domain/job.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { meetingKey } from "../../domain/meetingKey.ts";
import { isAnybodyIn } from "../../domain/presence.ts";
import { isOfFormer, nextStep, type Subscription } from "../../domain/watching.ts";
import type { Visit } from "../../domain/visit.ts";
import type { CallEvents, MeetingSubscription } from "../../ports/callEvents.ts";
import { SealBroken } from "../../ports/keyring.ts";
import type { Listed } from "../../records/jobRow.ts";
import { watchAt } from "../../records/watching.ts";
import { UnreadableRecord } from "../../records/record.ts";
import type { Tick } from "../../web/flow.ts";
import type { PresencePicks } from "./parts.ts";

/** A job that is due so soon may be asking Graph just now. */
const SOON_MS = 60_000;
const JOBS_AT_ONCE = 200;
const READ_AT_ONCE = 8;

export function compareSubscriptions(parts: PresencePicks): Tick {
  /** What no visit knew when Graph's list was read before. */
  let unknownBefore: ReadonlySet<string> = new Set();
  return {
    name: "presence.subscriptions",
    concerns: "everybody",
    everySeconds: 900,
    async run({ signal }) {
      const { callEvents } = parts;
      if (callEvents === undefined) return;
      // Graph comes first: a visit has its job before Graph is asked, so none of what Graph has is missed among the visits.
      const there = await callEvents.all();
      const watched = await watchedVisits(parts, signal);
      if (signal.aborted) return;
      const { visits } = watched;
      const unknown = unknownOf(there, watched);
      // What a visit has just got is noted by the next time, whatever its link looks like in Graph's list.
      const orphans = unknown.filter(({ id }) => unknownBefore.has(id));
      unknownBefore = new Set(unknown.map(({ id }) => id));
      const failures = [
        ...(await removeAll(parts, callEvents, { orphans, signal })),
        ...(await renewUnlisted(parts, callEvents, { there, visits, signal })),
      ];
      if (failures.length > 0) throw failures[0];
    },
  };
}

interface Looked {
  readonly visit: Visit;
  readonly subscription: Subscription | undefined;
  /** Whether a job may be changing the subscription now. */
  readonly isUnderWay: boolean;
  /** Whether the visit is to be watched now, and its subscription has ended without another one. */
  readonly isGivenUp: boolean;
}

interface Watched {
  readonly visits: readonly Looked[];
  /**
   * Ids of the subscriptions of visits that cannot be read. Where a row does not even tell that, its subscription is taken
   * for an orphan: nothing that it brings would be believed, and once the row can be read again, another one is made.
   */
  readonly ofUnreadable: readonly string[];
}

/**
 * The visits that are watched or will be. Any open job names its visit, however late it is due: a job that watches may have
 * been given up, or discarded, and its subscription tells all the same until it ends.
 */
async function watchedVisits(parts: PresencePicks, signal: AbortSignal): Promise<Watched> {
  const { jobs } = parts;
  const soon = jobs.now().getTime() + SOON_MS;
  const underWay = new Map<VisitId, boolean>();
  const note = (job: Job) => {
    const id = job.of["visit"] as VisitId | undefined;
    if (id === undefined) return;
    const isWatching = job.kind === "watch" && isOpen(job) && isNow(job, soon);
    underWay.set(id, underWay.get(id) === true || isWatching);
  };
  for await (const job of jobsIn(parts, "open", signal)) note(job);
  for await (const job of jobsIn(parts, "poisoned", signal)) if (job.kind === "watch") note(job);
  const unread: unknown[] = [];
  const ofUnreadable: string[] = [];
  const inTurn = atMost(READ_AT_ONCE);
  const looked = [...underWay].map(([id, isUnderWay]) =>
    inTurn(async (): Promise<Looked | undefined> => {
      if (signal.aborted) return undefined;
      try {
        return await lookedAt(parts, id, isUnderWay);
      } catch (error) {
        if (!(error instanceof UnreadableRecord || error instanceof SealBroken)) throw error;
        unread.push(error);
        const subscription = await parts.presences.subscriptionOf(id);
        if (subscription !== undefined) ofUnreadable.push(subscription);
        return undefined;
      }
    }),
  );
  const visits = (await Promise.all(looked)).filter((one) => one !== undefined);
  if (unread.length > 0) parts.log.error("presence.unreadable", unread[0], { count: unread.length });
  return { visits, ofUnreadable };
}

async function lookedAt(
  { hospital, jobs, presences, visits }: PresencePicks,
  id: VisitId,
  isUnderWay: boolean,
): Promise<Looked | undefined> {
  const presence = await presences.of(id);
  const subscription = presence?.subscription;
  // Thousands of visits that are far away have none yet, and need not be read.
  if (subscription === undefined && !isUnderWay) return undefined;
  const visit = await visits.byId(id);
  if (visit === undefined) return undefined;
  const watched = { ...visit, isAnybodyIn: presence !== undefined && isAnybodyIn(visit, presence) };
  const step = nextStep(watched, subscription, hospital.visitRules, jobs.now());
  return {
    visit,
    subscription,
    isUnderWay,
    isGivenUp: subscription !== undefined && step.kind === "subscribe",
  };
}

async function* jobsIn(
  { jobs }: Pick<PresencePicks, "jobs">,
  listed: Listed,
  signal: AbortSignal,
): AsyncGenerator<Job> {
  let continuation: string | undefined;
  do {
    const from = continuation === undefined ? {} : { continuation };
    const slice = await jobs.readSlice(listed, { limit: JOBS_AT_ONCE, ...from });
    for (const { job } of slice.jobs) yield job;
    continuation = slice.next;
  } while (continuation !== undefined && !signal.aborted);
}

const isNow = ({ state, due }: Job, soon: number) => state === "running" || due.getTime() <= soon;

/**
 * What no visit has and none may be noting just now. Ids are compared first: nobody has documented how Graph writes the link
 * in this list.
 */
function unknownOf(
  there: readonly MeetingSubscription[],
  { visits, ofUnreadable }: Watched,
): readonly MeetingSubscription[] {
  const ids = [...visits.flatMap(({ subscription }) => subscription?.id ?? []), ...ofUnreadable];
  const known = new Set(ids.map((id) => id.toLowerCase()));
  const changing = new Set(
    visits.flatMap(({ isUnderWay, visit }) => (isUnderWay ? (meetingKey(visit.meeting.joinUrl) ?? []) : [])),
  );
  return there.filter(
    ({ id, joinUrl }) => !known.has(id.toLowerCase()) && !changing.has(meetingKey(joinUrl) ?? ""),
  );
}

/** @returns why some could not be removed */
async function removeAll(
  { log }: PresencePicks,
  callEvents: CallEvents,
  { orphans, signal }: { readonly orphans: readonly MeetingSubscription[]; readonly signal: AbortSignal },
): Promise<readonly unknown[]> {
  const failures: unknown[] = [];
  let count = 0;
  for (const { id } of orphans) {
    if (signal.aborted) break;
    try {
      await callEvents.remove(id);
      count++;
    } catch (error) {
      failures.push(error);
    }
  }
  if (count > 0) log.warn("presence.orphans_removed", { count });
  return failures;
}

interface Compared {
  readonly there: readonly MeetingSubscription[];
  readonly visits: readonly Looked[];
  readonly signal: AbortSignal;
}

/**
 * What Graph's list does not have may have been made after it was read, so Graph is asked for it before it is given up. What
 * has ended by its time is not asked for.
 * @returns why some could not be asked for
 */
async function renewUnlisted(
  parts: PresencePicks,
  callEvents: CallEvents,
  { there, visits, signal }: Compared,
): Promise<readonly unknown[]> {
  const listed = new Set(there.map(({ id }) => id.toLowerCase()));
  const failures: unknown[] = [];
  for (const { visit, subscription, isUnderWay, isGivenUp } of visits) {
    if (signal.aborted) break;
    if (subscription === undefined || isUnderWay) continue;
    // The job that was to see this was given up.
    if (isOfFormer(subscription, visit)) {
      await watchAt(parts.jobs, visit.id, parts.jobs.now());
      continue;
    }
    const isOver = subscription.until <= parts.jobs.now();
    if (isOver ? !isGivenUp : listed.has(subscription.id.toLowerCase())) continue;
    try {
      if (isOver || (await callEvents.renew(subscription.id, subscription.until)) === undefined)
        await watchAnew(parts, visit);
    } catch (error) {
      failures.push(error);
    }
  }
  return failures;
}

async function watchAnew({ jobs, log, presences }: PresencePicks, visit: Visit): Promise<void> {
  log.warn("presence.subscription_gone", { connection: visit.connectionId });
  // After a kill in between, this job watches the visit anew.
  await watchAt(jobs, visit.id, new Date(jobs.now().getTime() + SOON_MS));
  await presences.missed(visit, jobs.now());
  await presences.watching(visit, {});
  await watchAt(jobs, visit.id, jobs.now());
}
