/** When Teams starts and stops being asked to tell who is in a visit's meeting. */
import type { VisitRules } from "./hospital.ts";
import { closes, opens, type Visit } from "./visit.ts";

const MINUTE_MS = 60_000;
const AHEAD_MS = 45 * MINUTE_MS;
/** Graph tells for a little longer than is needed, so that it tells when the last people leave, too. */
const AFTER_MS = 30 * MINUTE_MS;
/** Graph's limit for a meeting is 4,230 minutes (https://learn.microsoft.com/graph/change-notifications-overview). */
const LONGEST_MS = 4_200 * MINUTE_MS;
const RENEWED_BEFORE_MS = 30 * MINUTE_MS;
/** How often to check whether those who were in when the visit's links closed have left. */
const LOOKED_MS = 15 * MINUTE_MS;
/** A day after a visit's links have closed everybody is taken to have left, although Teams has not told of it. */
export const AT_THE_LATEST_MS = 24 * 60 * MINUTE_MS;
/** How long a meeting stays open after its visit's end: visits run over, and without live presence nobody knows which do. */
const OPEN_AFTER_END_MS = 4 * 60 * MINUTE_MS;

/** A subscription at Graph, which tells until then. */
export interface Subscription {
  readonly id: string;
  readonly until: Date;
  /** The meeting that it tells of; absent where the release before has noted it. */
  readonly of?: MeetingOf;
}

/** A meeting, and the epoch of the visit that it was the meeting of: a visit of another patient has another epoch. */
interface MeetingOf {
  readonly meeting: string;
  readonly epoch?: number;
}

export const meetingOf = ({
  meeting: { id: meeting },
  epoch,
}: Pick<Visit, "epoch" | "meeting">): MeetingOf => ({
  meeting,
  ...(epoch !== undefined && { epoch }),
});

/**
 * Whether a subscription tells of another meeting than the visit's. The visit may get another one at any moment, also after
 * Graph was asked and before the subscription is noted.
 */
export const isOfFormer = ({ of }: Pick<Subscription, "of">, { meeting }: Pick<Visit, "meeting">): boolean =>
  of !== undefined && of.meeting !== meeting.id;

/** The subscription by which Graph tells of the visit's meeting, if one is known. */
export const subscriptionTo = (
  visit: Pick<Visit, "meeting">,
  watched: { readonly subscription?: Subscription } | undefined,
): Subscription | undefined =>
  watched?.subscription && !isOfFormer(watched.subscription, visit) ? watched.subscription : undefined;

/**
 * Whether a subscription is one by which Graph tells, or told before, of the visit's meeting. Ids are GUIDs, so upper and
 * lower case count alike.
 */
export function isToldBy(
  {
    subscription,
    former = [],
  }: { readonly subscription?: Subscription; readonly former?: readonly string[] },
  id: string,
): boolean {
  return [...former, ...(subscription ? [subscription.id] : [])].some(
    (one) => one.toLowerCase() === id.toLowerCase(),
  );
}

export type Step =
  /** Nobody needs to be told about the visit any more. */
  | { readonly kind: "over" }
  | { readonly kind: "wait"; readonly until: Date }
  | { readonly kind: "subscribe" | "renew"; readonly until: Date };

/** When a meeting that staff have not closed is closed: with the visit's links, and never sooner than four hours after the end. */
export const roomCloses = (visit: Pick<Visit, "end">, rules: VisitRules): Date =>
  new Date(Math.max(closes(visit, rules).getTime(), visit.end.getTime() + OPEN_AFTER_END_MS));

/** Whether the meeting is to be closed: staff have closed the links, or the visit is long over. */
export const isRoomOver = (visit: Pick<Visit, "end" | "state">, rules: VisitRules, now: Date): boolean =>
  visit.state === "ended" || now >= roomCloses(visit, rules);

/** Whether Teams keeps the meeting closed, or may do so, although the visit takes place. */
export const isStillClosed = (
  visit: Pick<Visit, "end" | "state" | "roomAsked" | "roomClosed">,
  rules: VisitRules,
  now: Date,
): boolean =>
  visit.state === "open" &&
  !isRoomOver(visit, rules, now) &&
  (visit.roomClosed !== undefined || visit.roomAsked !== undefined);

/** When the watching of a visit begins. */
export const watchedFrom = ({ start }: Pick<Visit, "start">): Date => new Date(start.getTime() - AHEAD_MS);

/**
 * When something was last lost of what Teams had to tell. What was lost before everybody was out, or of the meeting before a
 * move, is past.
 */
export function lostAt(
  visit: Pick<Visit, "start">,
  watched: { readonly gap?: Date; readonly ends?: readonly Date[] } | undefined,
): Date | undefined {
  const { gap, ends = [] } = watched ?? {};
  return gap === undefined || gap < watchedFrom(visit) || ends.some((end) => end >= gap) ? undefined : gap;
}

/**
 * Whether somebody opened their link while it led into the meeting, as far as is known: they may have come, and left, before
 * Teams was asked to tell of them. Openings are known to the minute.
 */
export const mayHaveBeenEntered = (visit: Pick<Visit, "people" | "start">, rules: VisitRules): boolean =>
  visit.people.some(
    ({ opened }) => opened !== undefined && opened.getTime() + MINUTE_MS > opens(visit, rules).getTime(),
  );

/** What is to be done for a visit at a moment. */
export function nextStep(
  visit: Pick<Visit, "start" | "end" | "state"> & { readonly isAnybodyIn: boolean },
  subscription: Subscription | undefined,
  rules: VisitRules,
  now: Date,
): Step {
  const last = closes(visit, rules).getTime();
  // Once its links are closed, only whoever is still in is of interest, until they have left.
  const isOver = visit.state === "ended" ? !visit.isAnybodyIn : visit.state !== "open";
  const occupied = visit.isAnybodyIn ? AT_THE_LATEST_MS : 0;
  if (isOver || now.getTime() >= last + occupied) return { kind: "over" };
  if (now.getTime() >= last) return occupiedStep(subscription, now);
  const from = watchedFrom(visit);
  if (now < from) return { kind: "wait", until: from };
  const until = new Date(Math.min(last + AFTER_MS, now.getTime() + LONGEST_MS));
  if (subscription === undefined || subscription.until <= now) return { kind: "subscribe", until };
  const isShort = subscription.until.getTime() < last;
  const again = subscription.until.getTime() - RENEWED_BEFORE_MS;
  if (isShort && (again <= now.getTime() || until.getTime() - subscription.until.getTime() > 2 * AFTER_MS))
    return { kind: "renew", until };
  return { kind: "wait", until: new Date(isShort ? Math.min(again, last) : last) };
}

/**
 * When to look again after a subscription was made or renewed. One that Graph made for a shorter time than it was asked for is
 * renewed shortly before it ends, and not at once: Graph would make it as short again.
 */
export function lookedAgain(step: Step, { until }: Subscription, now: Date): Date | undefined {
  if (step.kind === "over") return undefined;
  if (step.kind === "wait") return step.until;
  return new Date(Math.max(now.getTime() + MINUTE_MS, until.getTime() - RENEWED_BEFORE_MS));
}

/** Whether a subscription ends so soon that it is to be renewed, however long it was made for. */
export const isEnding = (subscription: Subscription | undefined, now: Date): boolean =>
  subscription !== undefined && subscription.until.getTime() - RENEWED_BEFORE_MS <= now.getTime();

/** The visit's links have closed and somebody is still in, so it is watched for as long as they are. */
function occupiedStep(subscription: Subscription | undefined, now: Date): Step {
  const after = (ms: number) => new Date(now.getTime() + ms);
  if (subscription === undefined || subscription.until <= now)
    return { kind: "subscribe", until: after(2 * AFTER_MS) };
  if (subscription.until <= after(RENEWED_BEFORE_MS)) return { kind: "renew", until: after(2 * AFTER_MS) };
  return { kind: "wait", until: after(LOOKED_MS) };
}
