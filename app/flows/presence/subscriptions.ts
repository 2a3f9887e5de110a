/**
 * Compares the subscriptions that Graph has with those that visits have. One of no visit, which a killed process or a
 * deletion has left, is removed. One that Graph has no more, of which it says nothing for meetings, is made anew.
 */
import { atMost } from "../../domain/few.ts";
import { isOpen, type Job } from "../../domain/job.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { meetingKey } from "../../domain/meetingKey.ts";
import { LONGEST_MS, type Subscription } from "../../domain/watching.ts";
import type { Visit } from "../../domain/visit.ts";
import type { CallEvents, MeetingSubscription } from "../../ports/callEvents.ts";
import { watchAt } from "../../records/watching.ts";
import type { Tick } from "../../web/flow.ts";
import type { PresencePicks } from "./parts.ts";

/** A visit that has a subscription has a job that looks at it again before that ends. */
const WITHIN_MS = LONGEST_MS;
/** A job that is due so soon may be asking Graph just now. */
const SOON_MS = 60_000;
const JOBS_AT_ONCE = 200;
const READ_AT_ONCE = 8;

export const compareSubscriptions = (parts: PresencePicks): Tick => ({
  name: "presence.subscriptions",
  concerns: "everybody",
  everySeconds: 900,
  async run({ signal }) {
    const { callEvents } = parts;
    if (callEvents === undefined) return;
    // Graph comes first: a visit has its job before Graph is asked, so none of what Graph has is missed among the visits.
    const there = await callEvents.all();
    const visits = await watchedVisits(parts, signal);
    if (signal.aborted) return;
    await removeOrphans(parts, callEvents, there, visits);
    await renewUnlisted(parts, callEvents, there, visits);
  },
});

interface Looked {
  readonly visit: Visit;
  readonly subscription: Subscription | undefined;
  /** Whether a job may be changing the subscription now. */
  readonly isUnderWay: boolean;
}

/** The visits that have a subscription or may be getting one now, by their jobs. */
async function watchedVisits(parts: PresencePicks, signal: AbortSignal): Promise<readonly Looked[]> {
  const { jobs, presences, visits } = parts;
  const soon = jobs.now().getTime() + SOON_MS;
  const before = new Date(jobs.now().getTime() + WITHIN_MS);
  const underWay = new Map<VisitId, boolean>();
  let continuation: string | undefined;
  do {
    const from = continuation === undefined ? {} : { continuation };
    const page = await jobs.page("open", { before, limit: JOBS_AT_ONCE, ...from });
    for (const { job } of page.jobs) {
      if (job.kind !== "watch" || !isOpen(job)) continue;
      const id = job.of["visit"] as VisitId;
      underWay.set(id, underWay.get(id) === true || isNow(job, soon));
    }
    continuation = page.next;
  } while (continuation !== undefined && !signal.aborted);
  const inTurn = atMost(READ_AT_ONCE);
  const looked = [...underWay].map(([id, isUnderWay]) =>
    inTurn(async (): Promise<Looked | undefined> => {
      const subscription = signal.aborted ? undefined : (await presences.of(id))?.subscription;
      // Most visits are only to be watched later.
      const visit = subscription !== undefined || isUnderWay ? await visits.byId(id) : undefined;
      return visit && { visit, subscription, isUnderWay };
    }),
  );
  return (await Promise.all(looked)).filter((one) => one !== undefined);
}

const isNow = ({ state, due }: Job, soon: number) => state === "running" || due.getTime() <= soon;

async function removeOrphans(
  { log }: PresencePicks,
  callEvents: CallEvents,
  there: readonly MeetingSubscription[],
  visits: readonly Looked[],
): Promise<void> {
  const ours = new Set(visits.map(({ subscription }) => subscription?.id.toLowerCase()));
  const changing = visits.filter(({ isUnderWay }) => isUnderWay);
  const meetings = new Set(changing.map(({ visit }) => meetingKey(visit.meeting.joinUrl)));
  // Ids come first, because Graph may write a meeting's address otherwise than we did.
  const orphans = there.filter(
    ({ id, joinUrl }) => !ours.has(id.toLowerCase()) && !meetings.has(meetingKey(joinUrl)),
  );
  for (const { id } of orphans) await callEvents.remove(id);
  if (orphans.length > 0) log.warn("presence.orphans_removed", { count: orphans.length });
}

/** What Graph's list does not have may have been made after it was read, so Graph is asked for it before it is given up. */
async function renewUnlisted(
  { jobs, log, presences }: PresencePicks,
  callEvents: CallEvents,
  there: readonly MeetingSubscription[],
  visits: readonly Looked[],
): Promise<void> {
  for (const { visit, subscription, isUnderWay } of visits) {
    if (subscription === undefined || isUnderWay || subscription.until <= jobs.now()) continue;
    if (there.some(({ id }) => isSame(subscription.id, id))) continue;
    if ((await callEvents.renew(subscription.id, subscription.until)) !== undefined) continue;
    log.warn("presence.subscription_gone", { connection: visit.connectionId });
    // After a kill in between, this job watches the visit anew.
    await watchAt(jobs, visit.id, new Date(jobs.now().getTime() + SOON_MS));
    await presences.missed(visit, jobs.now());
    await presences.watching(visit, {});
    await watchAt(jobs, visit.id, jobs.now());
  }
}

const isSame = (one: string | undefined, other: string) => one?.toLowerCase() === other.toLowerCase();
