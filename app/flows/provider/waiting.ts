/** Who waits in the meeting, as far as Teams has told. Teams is also asked to tell. */
import { isAnybodyIn, standings, type Standing } from "../../domain/presence.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { closes, type Visit } from "../../domain/visit.ts";
import { isEnding, lostAt, nextStep, subscriptionTo, watchedFrom } from "../../domain/watching.ts";
import { isPatientWaiting, mayPatientBeAlone } from "../../domain/whoWaits.ts";
import type { Watched } from "../../records/presenceRow.ts";
import type { CallEventsFault } from "../../ports/callEvents.ts";
import { watchInTime } from "../../records/watching.ts";
import type { ProviderPicks } from "./parts.ts";
import { optionalParts } from "./optional.ts";
import { unlessStoreFails } from "./session.ts";

export type Waiting =
  /** Live presence is off in this deployment. */
  | { readonly kind: "off" }
  /** What Teams has told cannot be read. */
  | { readonly kind: "not-read" }
  | { readonly kind: "unavailable"; readonly reason: CallEventsFault["reason"] }
  | { readonly kind: "not-yet"; readonly from: Date }
  /** It is time, and Teams has not been asked yet. */
  | { readonly kind: "soon" }
  /** Nobody new can join; whoever came before may be there still. */
  | {
      readonly kind: "over";
      /** `closed`: the links have closed by themselves. */
      readonly because: "cancelled" | "ended" | "closed";
      readonly people: readonly Standing[];
      readonly heard?: Date;
      /** Whether Teams goes on telling; if not, what is shown was so at `heard`. */
      readonly isTold: boolean;
    }
  | {
      readonly kind: "told";
      readonly people: readonly Standing[];
      /** Whether the one who waits has the patient's link, as far as can be known. */
      readonly isPatient: boolean;
      /** Somebody is alone in the meeting who may be the patient, and did not have to wait. */
      readonly mayBePatient?: true;
      /** How many patients share that link, where they are several: then it may be any of them. */
      readonly sharedBy?: number;
      readonly heard?: Date;
      /** Until then something may have been lost: somebody may have come of whom Teams did not tell. */
      readonly gap?: Date;
      /** Something that Teams told has not been read yet. */
      readonly isBehind?: true;
      /** Why nothing new is told: then what is shown was so at `heard`. */
      readonly trouble?: CallEventsFault["reason"];
    };

type WaitingPicks = Pick<
  ProviderPicks,
  | "callEvents"
  | "hospital"
  | "jobs"
  | "log"
  | "notifications"
  | "now"
  | "presences"
  | "visits"
  | "workStanding"
>;

export async function waitingIn(
  parts: WaitingPicks,
  visit: Visit,
  optional = optionalParts(parts),
): Promise<Waiting> {
  const { callEvents, jobs, presences } = parts;
  if (callEvents === undefined) return { kind: "off" };
  const [watched, behind] = await Promise.all([
    optional.read("waiting", () => presences.of(visit.id), "not-read" as const),
    // Where it is not known whether everything was read, something may not have been.
    optional.read("waiting", () => isBehind(parts, visit.id), true),
  ]);
  const isLate = watched !== "not-read" && isToBeAsked(parts, visit, watched);
  await unlessStoreFails(parts, () => watchInTime(jobs, visit, isLate ? "again" : "once"));
  if (watched === "not-read") return { kind: "not-read" };
  return sharing(parts, visit, waitingOf(parts, visit, watched, behind));
}

/** Whether Teams should be telling by now and is not, such as where the visit stood at another time when it was to be asked. */
function isToBeAsked(
  { hospital, now }: Pick<ProviderPicks, "hospital" | "now">,
  visit: Visit,
  watched: Watched | undefined,
): boolean {
  const seen = { ...visit, isAnybodyIn: watched !== undefined && isAnybodyIn(visit, watched) };
  const subscription = subscriptionTo(visit, watched);
  const step = nextStep(seen, subscription, hospital.visitRules, now());
  return step.kind === "subscribe" || (step.kind === "renew" && isEnding(subscription, now()));
}

/** The same with how many patients share the link; that is looked up only where the patient is said to wait. */
export async function sharing(
  { visits }: Pick<ProviderPicks, "visits">,
  { id }: Pick<Visit, "id">,
  waiting: Waiting,
): Promise<Waiting> {
  if (waiting.kind !== "told" || !waiting.isPatient) return waiting;
  const sharedBy = await visits.patientsSharing(id);
  return sharedBy > 1 ? { ...waiting, sharedBy } : waiting;
}

/** What Teams tells is read within seconds. What was not read for this long waits for the vault or for background work. */
const READ_WITHIN_MS = 30_000;

/** Whether something that Teams told of the visit has not been read, or cannot be now. */
export async function isBehind(
  { notifications, now, workStanding }: Pick<WaitingPicks, "notifications" | "now" | "workStanding">,
  visit: VisitId,
): Promise<boolean> {
  if (workStanding.workerNow() === "queue-silent") return true;
  const unread = await notifications.unreadSince(visit);
  return unread !== undefined && now().getTime() - unread.getTime() > READ_WITHIN_MS;
}

/**
 * The same from what is known already, without asking or writing anything. Whoever came before the links closed is not said
 * to wait any longer after that: that they left may have been lost, and nobody watches a lobby for ever.
 */
export function waitingOf(
  {
    callEvents,
    hospital,
    now,
    presences,
  }: Pick<WaitingPicks, "callEvents" | "hospital" | "now" | "presences">,
  visit: Visit,
  watched: Watched | undefined,
  behind: boolean,
): Waiting {
  if (callEvents === undefined) return { kind: "off" };
  const subscription = subscriptionTo(visit, watched);
  const isAsked = subscription !== undefined && subscription.until > now();
  const closed = closes(visit, hospital.visitRules);
  const isClosed = now() > closed;
  const people = (watched === undefined ? [] : standings(watched)).filter(
    ({ whereabouts, since }) => !isClosed || whereabouts !== "lobby" || since > closed,
  );
  const { trouble, heard } = watched ?? {};
  const over = { kind: "over", isTold: isAsked, ...(heard !== undefined && { heard }) } as const;
  if (visit.state !== "open")
    return {
      ...over,
      because: visit.state,
      people: people.filter(({ whereabouts }) => whereabouts !== "left"),
    };
  if (isClosed && !isAsked)
    return { ...over, because: "closed", people: people.filter(({ whereabouts }) => whereabouts === "in") };
  const silent = isAsked ? undefined : trouble;
  // What was told before is shown, whatever goes wrong now.
  if (silent !== undefined && people.length === 0) return { kind: "unavailable", reason: silent };
  if (!isAsked && people.length === 0) {
    const from = watchedFrom(visit);
    return now() < from ? { kind: "not-yet", from } : { kind: "soon" };
  }
  const isPatient = isPatientWaiting(visit, people);
  const gap = lostAt(visit, watched);
  const mayBePatient =
    watched !== undefined && mayPatientBeAlone(visit, watched, () => presences.staffIn(visit.id, watched));
  return {
    kind: "told",
    people,
    isPatient,
    ...(mayBePatient && { mayBePatient }),
    ...(heard !== undefined && { heard }),
    ...(gap !== undefined && { gap }),
    ...(behind && { isBehind: true }),
    ...(silent !== undefined && { trouble: silent }),
  };
}
