/** Visits that were found in a chart before anybody opened them: how they stand, what has changed, and what keeps them from being ready. */
import type { VisitId } from "./linkToken.ts";

/** A visit of a chart, as the connector knows it without a person who looks. */
export interface FoundVisit {
  readonly id: VisitId;
  readonly connectionId: string;
  readonly departmentId: string;
  /** The one of its locations that we search by. */
  readonly location: string;
  readonly start: Date;
  readonly end: Date;
  /** Keyed hashes of whose it was when the chart last said that it takes place. */
  readonly patients?: readonly string[];
  readonly standing: FoundStanding;
  /** It was cancelled before it became away or missed, so who has its links believes that it is. */
  readonly wasCancelled?: boolean;
  /** Keyed hash of all that the chart said of it when it was last read: the same while nothing is changed. */
  readonly seen: string;
  /** {@link seen} as it was when the visit was last prepared; another one, and it is to be prepared again. */
  readonly prepared?: string;
  readonly firstSeen: Date;
  /** How many changes were written down. */
  readonly changes: number;
  /** It has its meeting. */
  readonly hasMeeting: boolean;
  /** Keyed hash of the pair of links that the chart has as it should be; absent while it has not. */
  readonly links?: string;
  /** When it first had all that it needs. */
  readonly ready?: Date;
  /** What keeps it from being ready. */
  readonly risk?: Risk;
  /** Why it was not ready at its start, where it was not. */
  readonly late?: Risk;
  /** Something was to be told of it, and was not before it was too late. */
  readonly isUntold?: true;
  /** Staff have closed its links, and why the chart does not say that it is over. */
  readonly unfulfilled?: Unwritten;
  /** The patient has come, or was let in, and why the chart does not say so. */
  readonly unarrived?: Unwritten;
}

/** `missed`: the patient did not come, the chart says. `away`: it is not known whether it takes place, and {@link FoundVisit.risk} says why. */
export type FoundStanding = (typeof FOUND_STANDINGS)[number];
export const FOUND_STANDINGS = ["on", "cancelled", "missed", "away"] as const;

/** Why the chart was not told how a visit goes. */
export const UNWRITTEN = ["other-status", "changed-meanwhile", "locked", "refused"] as const;
export type Unwritten = (typeof UNWRITTEN)[number];
export const isUnwritten = (text: string | undefined): text is Unwritten =>
  text !== undefined && (UNWRITTEN as readonly string[]).includes(text);

/** What a patient may be told of. */
export type FoundChange = (typeof FOUND_CHANGES)[number];
export const FOUND_CHANGES = ["new", "moved", "cancelled"] as const;

export const RISKS = [
  /** The chart has no link, or one of two. */
  "no-link",
  "half-linked",
  /** A link that is not this deployment's. */
  "foreign-link",
  /** A link of ours that leads nowhere any more, and is not replaced by itself. */
  "dead-link",
  "links-swapped",
  /** The rooms stand in an order that links are not written into. */
  "rooms-other",
  "write-refused",
  "chart-locked",
  /** A test chart of a production deployment, to which nothing is written. */
  "wrong-environment",
  "no-meeting",
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
  /** It will not let the system client in, or not write, until a person changes something. */
  "not-let-in",
  /** A text or a mail of it was too late to be sent. */
  "untold",
] as const;
export type Risk = (typeof RISKS)[number];

export const isRisk = (text: string): text is Risk => (RISKS as readonly string[]).includes(text);

/** So long before its start a visit gets its meeting. */
export const MEETING_AHEAD_MS = 48 * 3_600_000;

/** Whether it is time for the meeting. */
export const wantsMeeting = ({ start }: Pick<FoundVisit, "start">, now: Date): boolean =>
  start.getTime() - now.getTime() <= MEETING_AHEAD_MS;
