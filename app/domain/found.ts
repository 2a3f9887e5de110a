/**
 * Visits that were found in a chart before anybody opened them: where they stand, what changed, and what keeps them from
 * being ready.
 */
import type { VisitId } from "./linkToken.ts";
import type { Visit } from "./visit.ts";

/** A visit of a chart, as the connector knows it without a person who looks at it. */
export interface FoundVisit {
  readonly id: VisitId;
  readonly connectionId: string;
  readonly departmentId: string;
  /** The one of the visit's locations by which the chart is searched. */
  readonly location: string;
  readonly start: Date;
  readonly end: Date;
  /**
   * Keyed hashes of the patients it was for when the chart last said that it takes place and named somebody; none where it
   * has named nobody so far. Absent where the release before has found it, and nobody was named since.
   */
  readonly patients?: readonly string[];
  readonly standing: FoundStanding;
  /** It was cancelled before it became away or missed, so whoever has its links believes that it is cancelled. */
  readonly wasCancelled?: boolean;
  /**
   * The start that it had before it became away or missed, or was moved to times that are over, which is told to nobody; absent
   * where that is its start now.
   */
  readonly wasAt?: Date;
  /**
   * Keyed hash of all that the chart said of the visit when it was last read; it stays the same while nothing is changed.
   */
  readonly seen: string;
  /** {@link seen} as it was when the visit was last prepared. Where the two differ, the visit is prepared again. */
  readonly prepared?: string;
  readonly firstSeen: Date;
  /** How many changes have been recorded. */
  readonly changes: number;
  /** Whether the visit has its meeting. */
  readonly hasMeeting: boolean;
  /** Keyed hash of the pair of links that the chart has as it should; absent while the chart does not have them. */
  readonly links?: string;
  /** When the chart lost the links that it had, and they were written again; earliest first, of the last hour. */
  readonly restored?: readonly Date[];
  /** Since when Teams does not show its meeting; absent while Teams shows it, and where it has none. */
  readonly meetingGone?: Date;
  /** When it first had all that it needs. */
  readonly ready?: Date;
  /** What keeps it from being ready. */
  readonly risk?: Risk;
  /** Why it was not ready at its start, if it was not. */
  readonly late?: Risk;
  /** What was to be told about it last was told to nobody, or perhaps to nobody, so its patient may believe something else. */
  readonly isUntold?: true;
  /** The start that its patient knows, where that is another than its own; it counts only while the visit is untold. */
  readonly knownAt?: Date;
  /** Staff have closed its links before its start, and not opened them again. */
  readonly isClosed?: true;
  /** Staff have closed its links, and the chart does not say that the visit is over; this is why. */
  readonly unfulfilled?: Unwritten;
  /** The patient has come or was let in, and the chart does not say so; this is why. */
  readonly unarrived?: Unwritten;
  /**
   * The chart's search shows it otherwise than it is kept, or not at all, and its own record could not be read. So nobody is
   * told anything, and what its patient knows may not be so any more.
   */
  readonly isChangeUnread?: true;
}

/**
 * What the visit was before it became away or missed counts only while it is: the release before leaves these members where
 * they are when it takes place again.
 */
const isOff = ({ standing }: Pick<FoundVisit, "standing">): boolean =>
  standing === "away" || standing === "missed";

/** Whether whoever has its links believes that it is cancelled. */
export const isBelievedCancelled = ({
  standing,
  wasCancelled,
}: Pick<FoundVisit, "standing" | "wasCancelled">): boolean =>
  standing === "cancelled" || (isOff({ standing }) && wasCancelled === true);

type Times = Pick<FoundVisit, "start" | "end">;
type Before = Times & Pick<FoundVisit, "standing" | "wasAt">;

/**
 * The start that whoever knows of the visit believes, as far as finding visits can tell: what it is while away tells nobody,
 * and neither does a move to times that are over.
 */
export const believedStart = ({ start, end, standing, wasAt }: Before, now: Date): Date =>
  wasAt !== undefined && (isOff({ standing }) || (standing === "on" && end <= now)) ? wasAt : start;

/** The times at which whoever knows of the visit would come to it, as far as finding visits can tell. */
export function believedTimes(found: Before, now: Date): Times {
  const start = believedStart(found, now);
  return { start, end: new Date(start.getTime() + found.end.getTime() - found.start.getTime()) };
}

/** The start at which its patient may come, where that is another than the chart's. */
export function otherStart(
  found: Before & Pick<FoundVisit, "isUntold" | "knownAt">,
  now: Date,
): Date | undefined {
  const { start, isUntold, knownAt } = found;
  const other = isUntold === true && knownAt !== undefined ? knownAt : believedStart(found, now);
  return other.getTime() === start.getTime() ? undefined : other;
}

/**
 * The visit once its appointment is cancelled, and the change that its patient is told, where there is one. It stays at the
 * times that whoever knows of it believes: that it was moved as well is told to nobody.
 */
export function cancelledNow(
  found: FoundVisit,
  now: Date,
): { readonly found: FoundVisit; readonly change?: FoundChange } {
  const { risk: _risk, prepared, wasCancelled: _was, wasAt: _wasAt, isUntold, knownAt, ...rest } = found;
  const next: FoundVisit = {
    ...rest,
    ...believedTimes(found, now),
    standing: "cancelled",
    // A visit that comes back is prepared again: what was made may have been undone.
    ...(found.standing === "on" && prepared !== undefined && { prepared }),
  };
  if (next.end > now && !isBelievedCancelled(found)) return { found: next, change: "cancelled" };
  // What nobody was told of before is still untold.
  return { found: { ...next, ...(isUntold && { isUntold }), ...(knownAt && { knownAt }) } };
}

/** The visit with whether staff have closed its links before its start; the very same visit where that is known of it. */
export function withClosing(
  found: FoundVisit,
  { state, closedAt, start }: Pick<Visit, "state" | "closedAt" | "start">,
): FoundVisit {
  const isClosed = state === "ended" && closedAt !== undefined && closedAt < start;
  if (isClosed === (found.isClosed === true)) return found;
  const { isClosed: _before, ...rest } = found;
  return isClosed ? { ...rest, isClosed } : rest;
}

/** Whether others have kept something else of the visit than what was found `before`. */
export const isFoundOther = (now: FoundVisit, before: FoundVisit): boolean =>
  now.seen !== before.seen || now.standing !== before.standing || now.changes !== before.changes;

/**
 * `missed`: the chart says that the patient did not come. `away`: it is not known whether it takes place; {@link
 * FoundVisit.risk} says why.
 */
export type FoundStanding = (typeof FOUND_STANDINGS)[number];
export const FOUND_STANDINGS = ["on", "cancelled", "missed", "away"] as const;

/** Why the chart was not told how a visit goes. */
export const UNWRITTEN = ["other-status", "changed-meanwhile", "locked", "nobody-came", "refused"] as const;
export type Unwritten = (typeof UNWRITTEN)[number];
export const isUnwritten = (text: string | undefined): text is Unwritten =>
  text !== undefined && (UNWRITTEN as readonly string[]).includes(text);

/** The changes that a patient may be told of. */
export type FoundChange = (typeof FOUND_CHANGES)[number];
export const FOUND_CHANGES = ["new", "moved", "cancelled"] as const;

export const RISKS = [
  /** The chart has no link, or only one of the two. */
  "no-link",
  "half-linked",
  /** Somebody takes the links out of the chart again and again. */
  "links-removed",
  /** The chart has a link that is not this deployment's. */
  "foreign-link",
  /** The chart has a link of ours that leads nowhere any more and is not replaced automatically. */
  "dead-link",
  "links-swapped",
  /** The rooms stand in an order that links are not written into. */
  "rooms-other",
  "write-refused",
  "chart-locked",
  /** The chart has a link into another visit, as a test chart that is a copy has, and nothing is written to it. */
  "wrong-environment",
  "no-meeting",
  /** Teams does not show its meeting, which may pass. It is asked again before the meeting counts as deleted. */
  "meeting-not-shown",
  /** Its meeting was deleted, and is not made anew while somebody may be in it. */
  "meeting-gone",
  "meeting-other-times",
  "no-access-policy",
  "meeting-refused",
  "department-unknown",
  "not-shown",
  "left-locations",
  "not-video",
  "not-booked",
  /** It was not known before its start, or too shortly before it. */
  "found-late",
  /** It was over when it was found. */
  "found-over",
  "chart-silent",
  /** The chart does not let the system client in, or does not let it write, until a person changes something. */
  "not-let-in",
  /** Staff closed its links before its start. It is never recorded. */
  "links-closed",
  /** It is for several patients, and nobody is written to: a link is one patient's. It is never recorded. */
  "several-patients",
  /** The chart names somebody of whom it is not known whether they are its patient of before, whose links lead nobody in. */
  "whose-untold",
  /** What was to be told about it last was told to nobody. */
  "untold",
  /** A search shows it changed or not at all, and its own record cannot be read. It is never recorded. */
  "change-unread",
] as const;
export type Risk = (typeof RISKS)[number];

export const isRisk = (text: string): text is Risk => (RISKS as readonly string[]).includes(text);

/** How soon a visit starts with which nothing may be wrong without its being known. */
export const SOON_MS = 24 * 3_600_000;
export const isSoon = ({ start }: Pick<FoundVisit, "start">, now: Date): boolean =>
  start.getTime() - now.getTime() < SOON_MS;

/** How long before its start a visit gets its meeting. */
export const MEETING_AHEAD_MS = 48 * 3_600_000;

/** Whether the visit starts so soon that it should have its meeting. */
export const wantsMeeting = ({ start }: Pick<FoundVisit, "start">, now: Date): boolean =>
  start.getTime() - now.getTime() <= MEETING_AHEAD_MS;
