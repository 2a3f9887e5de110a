/** Keeps a visit's subscription: makes it when it is time, renews it, and removes it when nobody needs it any more. */
import type { Handlers, Outcome } from "../../domain/job.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { isAnybodyIn } from "../../domain/presence.ts";
import { closes, wantsOwnMeeting, type Visit } from "../../domain/visit.ts";
import {
  isOfFormer,
  lookedAgain,
  mayHaveBeenEntered,
  meetingOf,
  nextStep,
  type Step,
  type Subscription,
} from "../../domain/watching.ts";
import { AWAY, REFUSED } from "../../domain/waits.ts";
import { CallEventsFault, type CallEvents } from "../../ports/callEvents.ts";
import { watchAt } from "../../records/watching.ts";
import type { PresencePicks } from "./parts.ts";

const DONE: Outcome = { kind: "done" };

export const watchJob =
  (parts: PresencePicks): Handlers["watch"] =>
  async ({ of }) => {
    const visit = await parts.visits.byId(of.visit as VisitId);
    const { callEvents } = parts;
    // The subscription of a visit that an administrator has deleted was deleted with it, or ends by itself.
    if (visit === undefined || callEvents === undefined) return DONE;
    if (wantsOwnMeeting(visit, parts.hospital.visitRules, parts.queue.now())) return ANOTHERS;
    let presence = await parts.presences.of(visit.id);
    const former = presence?.subscription;
    const isForgotten = former !== undefined && (await forgottenOfFormer(parts, visit, former));
    if (isForgotten) {
      // What the people of the new meeting did until now, nobody has told.
      await parts.presences.missed(visit, parts.queue.now());
      presence = await parts.presences.of(visit.id);
    }
    const known = presence?.subscription;
    const watched = { ...visit, isAnybodyIn: presence !== undefined && isAnybodyIn(visit, presence) };
    const step = nextStep(watched, known, parts.hospital.visitRules, parts.queue.now());
    try {
      if (isForgotten) await callEvents.remove(former.id);
      return await taken(parts, callEvents, watched, known, step);
    } catch (error) {
      if (!(error instanceof CallEventsFault)) throw error;
      const how = { ...(known && { subscription: known }), trouble: error.reason };
      await parts.presences.watching(visit, how, known?.id);
      if (step.kind === "subscribe") await parts.presences.missed(visit, parts.queue.now());
      parts.log.error("presence.not_watched", error, {
        connection: visit.connectionId,
        department: visit.departmentId,
      });
      return { ...LATER[error.reason], reason: reasonOf(error) };
    }
  };

async function taken(
  parts: PresencePicks,
  callEvents: CallEvents,
  visit: Visit & { readonly isAnybodyIn: boolean },
  known: Subscription | undefined,
  step: Step,
): Promise<Outcome> {
  switch (step.kind) {
    case "over":
      if (known !== undefined) {
        await callEvents.remove(known.id);
        await parts.presences.watching(visit, {});
      }
      await lookAgain(parts, visit);
      return DONE;
    case "wait":
      await watchAt(parts.jobs, visit.id, step.until);
      return DONE;
    default: {
      const to = {
        joinUrl: visit.meeting.joinUrl,
        clientState: parts.clientStates.of(visit.id),
        until: step.until,
      };
      const renewed =
        step.kind === "renew" && known !== undefined
          ? await callEvents.renew(known.id, step.until)
          : undefined;
      const { replaced, ...subscription } = renewed
        ? { ...renewed, replaced: [] }
        : await callEvents.subscribe(to);
      // Of one that is renewed it stays as unknown as it was.
      const of = renewed === undefined ? meetingOf(visit) : known?.of;
      const mine = { ...subscription, ...(of !== undefined && { of }) };
      if (!(await parts.presences.subscribed(visit, mine, known, replaced))) {
        await undo(parts, callEvents, visit, mine);
        return BESIDES;
      }
      // The visit may have got another meeting while Graph was asked. Whoever is killed before this look leaves in the row of
      // which meeting the subscription tells, so the next one sees it.
      const later = await parts.visits.byId(visit.id);
      if (later !== undefined && (await forgottenOfFormer(parts, later, { of: meetingOf(visit) }))) {
        await callEvents.remove(subscription.id);
        return BESIDES;
      }
      const now = parts.queue.now();
      // The one before has ended, or Graph does not know it any more, or this is the first one and comes late: something may
      // have happened unheard.
      const isAfterAnother = known !== undefined || replaced.length > 0;
      const isUnheard = isAfterAnother || mayHaveBeenEntered(later ?? visit, parts.hospital.visitRules);
      if (isUnheard && renewed === undefined) await parts.presences.missed(visit, now);
      const next = nextStep(visit, subscription, parts.hospital.visitRules, now);
      const due = lookedAgain(next, subscription, now);
      if (due !== undefined) await watchAt(parts.jobs, visit.id, due);
      return DONE;
    }
  }
}

/**
 * Removes both subscriptions: another job of the visit has subscribed at the same moment, and each may have replaced the
 * other's subscription, so neither stays, and it is subscribed anew. If the visit was deleted meanwhile, only this one is
 * removed.
 */
async function undo(
  { presences, queue }: PresencePicks,
  callEvents: CallEvents,
  visit: Visit,
  mine: Subscription,
): Promise<void> {
  const other = (await presences.of(visit.id))?.subscription;
  await callEvents.remove(mine.id);
  if (other === undefined) return;
  await callEvents.remove(other.id);
  await presences.missed(visit, queue.now());
  await presences.watching(visit, {});
}

/**
 * Forgets the visit's subscription where it tells of a meeting that is not the visit's any more, or was another patient's; of
 * another patient's also what was told by it.
 * @returns whether it was forgotten
 */
async function forgottenOfFormer(
  { hospital, presences, queue }: PresencePicks,
  visit: Visit,
  subscription: Pick<Subscription, "of">,
): Promise<boolean> {
  const isAnothers = wantsOwnMeeting(visit, hospital.visitRules, queue.now());
  if (!isAnothers && !isOfFormer(subscription, visit)) return false;
  if (isAnothers || subscription.of?.epoch !== visit.epoch) await presences.meetingOfAnother(visit);
  else await presences.meetingAnew(visit);
  return true;
}

/** Who comes to a meeting that was another patient's has nothing to do with the visit, which gets a new one soon. */
const ANOTHERS: Outcome = { kind: "not-now", reason: "watch.anothers", afterSeconds: 30 };
const BESIDES: Outcome = { kind: "not-now", reason: "watch.besides", afterSeconds: 1 };

/**
 * Looks at a cancelled visit again later: the chart may say that it takes place after all, and whoever learns of that does
 * not subscribe.
 */
async function lookAgain({ hospital, jobs, queue }: PresencePicks, visit: Visit): Promise<void> {
  const due = new Date(queue.now().getTime() + LOOKED_AGAIN_MS);
  if (visit.state === "cancelled" && due < closes(visit, hospital.visitRules))
    await watchAt(jobs, visit.id, due);
}

const LOOKED_AGAIN_MS = 5 * 60_000;

type NotNow = Extract<Outcome, { kind: "not-now" }>;

const LATER = {
  unavailable: { kind: "not-now" },
  limit: { kind: "not-now", ...AWAY },
  "not-reached": { kind: "not-now", ...AWAY },
  refused: { kind: "not-now", ...REFUSED },
} as const satisfies Readonly<Record<CallEventsFault["reason"], Omit<NotNow, "reason">>>;

/** The reason that the job gives for as long as it could not be done. */
export const reasonOf = ({ reason, limit }: Pick<CallEventsFault, "reason" | "limit">): string =>
  "graph." + (reason === "not-reached" ? "webhook-not-reached" : (limit ?? reason));
