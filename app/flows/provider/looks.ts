/**
 * Which looks into the chart decide what a launch opens: the encounter's visits first, then the search under the chart's own id,
 * then under the patient's other ids. What is over, or cannot be opened, decides nothing, so the next look is taken.
 */
import { standingOf } from "../../domain/appointmentStatus.ts";
import type { ReadHint } from "../../ports/ehr.ts";
import type { Candidate } from "./departments.ts";
import type { LeftOut } from "./leftOut.ts";
import { nearest } from "./nextVisit.ts";
import type { NoVisit } from "./opened.ts";
import type { Session } from "../../records/sessions.ts";
import type { ProviderPicks } from "./parts.ts";

/** How many visits a clinician can pick from. */
export const MOST_OFFERED = 50;

export interface Offer {
  readonly kind: "offer";
  /** If there is one, it is opened, unless another one may be meant; of several, the clinician picks one. */
  readonly candidates: readonly [Candidate, ...Candidate[]];
  /** Present where another visit of today could not be read, so that one which is left is not opened unasked. */
  readonly mayBeOther?: true;
  /** Present where the clinician asked for today's visits, so that none is opened unasked. */
  readonly isAskedFor?: true;
  readonly hints: readonly ReadHint[];
}

export interface Today {
  /** Those of today that take place, took place or are about to. */
  readonly on: readonly Candidate[];
  readonly candidates: readonly Candidate[];
  /** The visits that take place on a later day. */
  readonly after: readonly Candidate[];
  readonly hints: readonly ReadHint[];
}

/** A look that failed. */
export const NOT_WHOLE: Today = {
  ...{ on: [], candidates: [], after: [] },
  hints: [{ kind: "list-incomplete" }],
};

/** Whether the visit can be opened: it has a department, or had one, and nobody has deleted it. */
export const canBeOpened = ({ department, removed, isDeleted }: Candidate): boolean =>
  (department !== undefined || removed !== undefined) && isDeleted !== true;

/** Whether a clinician who opens the chart now may well mean it. */
const isOfNow = (candidate: Candidate, now: Date): boolean => {
  const { status, end } = candidate.appointment;
  return canBeOpened(candidate) && status !== "fulfilled" && end > now;
};

/** Whether what was found leaves no need to look further. */
export const isDecided = (looks: readonly Today[], now: Date): boolean =>
  looks.some(({ on }) => on.some((one) => isOfNow(one, now)));

/**
 * What is offered: what the first look found that found anything. If nothing of it is of now and a later look found what is, or
 * if none of it can be opened, the clinician says which of all is meant.
 * @param isAll whether the clinician asked for all of today's
 */
export function offeredOf(looks: readonly Today[], now: Date, isAll: boolean): readonly Candidate[] {
  const [first, ...later] = looks.filter(({ on }) => on.length > 0);
  if (first === undefined) return [];
  const isFirstMeant = first.on.some(canBeOpened) && !isDecided(later, now);
  const on = !isAll && isFirstMeant ? [first.on] : looks.map((look) => look.on);
  return [...new Map(on.flat().map((one) => [one.appointment.id, one])).values()];
}

export const isOn = ({ appointment }: Candidate): boolean => standingOf(appointment.status) === "on";

export function locationHints(candidates: readonly Candidate[]): ReadHint[] {
  return candidates.some(({ department, isLocationHidden }) => department === undefined && isLocationHidden)
    ? [{ kind: "department-unreadable" }]
    : [];
}

/** The candidate; marked where an administrator has deleted its visit. */
export async function unlessDeleted(
  { foundVisits, visits }: Pick<ProviderPicks, "foundVisits" | "visits">,
  { fhirBaseUrl }: Session["connection"],
  candidate: Candidate,
): Promise<Candidate> {
  if (candidate.before?.visit !== undefined) return candidate;
  const isDeleted = await visits.isDeleted(foundVisits.idOf(fhirBaseUrl, candidate.appointment.id));
  return isDeleted ? { ...candidate, isDeleted } : candidate;
}

/** Why there is no visit today, after all looks. */
export function noneOf(looks: readonly Today[], hints: readonly ReadHint[], leftOut: LeftOut): NoVisit {
  const next = nearest(looks.flatMap(({ after }) => after));
  const seen = looks.flatMap(({ candidates }) => candidates.map(({ appointment }) => appointment));
  const isMissed = seen.some(({ status }) => standingOf(status) === "missed");
  const isForeign = hints.some(({ kind }) => kind === "foreign-dropped");
  const because = leftOut.isContradicted ? "contradicted" : isForeign ? "not-this-patients" : "none-today";
  return {
    kind: "no-visit",
    because: isMissed ? "missed" : because,
    hints,
    ...(next !== undefined && { next }),
  };
}
