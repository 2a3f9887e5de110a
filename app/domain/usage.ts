/**
 * What a visit was, for reports, measured from who was in its meeting and who waited. Whoever is not of the staff is
 * counted, and nothing else is kept about them.
 */
import type { Quality } from "./callQuality.ts";
import type { VisitId } from "./linkToken.ts";
import type { ToldKind } from "./messages.ts";
import { isOther, isWayKnown } from "./presence.ts";
import type { Meeting, Stay } from "./stays.ts";

export const OUTCOMES = [
  /** Somebody of the staff and somebody else were in the meeting at the same time. */
  "completed",
  /** Staff came, but nobody else. */
  "patient-absent",
  /** Somebody came or waited, but nobody of the staff. */
  "staff-absent",
  /** Both came, but never at the same time. */
  "not-together",
  "nobody-came",
  /**
   * Teams told nothing about it, or not everything, or did not tell who somebody was on whom it depends, or which account of
   * the hospital's directory was the patient's.
   */
  "not-known",
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** How it is known who was there. `attendance`: from Teams' reports after the meeting. */
export const USAGE_SOURCES = ["presence", "attendance", "none"] as const;
export type UsageSource = (typeof USAGE_SOURCES)[number];

export interface Measured {
  readonly outcome: Outcome;
  /** When somebody first was in the meeting. */
  readonly opened?: Date;
  /** When somebody of the staff and somebody else were first in it at the same time. */
  readonly together?: Date;
  /** When the last person left. */
  readonly over?: Date;
  readonly attendees: number;
  readonly atOnce: number;
  /** How many of the attendees came by telephone. */
  readonly byPhone: number;
  /** Of how many of the attendees Teams did not tell by what they came; left out where there are none. */
  readonly wayNotTold?: number;
  /** The seconds from when somebody first waited until somebody who waited was first let in. */
  readonly lobbySeconds?: number;
  /** The accounts of the staff, without the department's own, and how long each was in the meeting with somebody else. */
  readonly staff: readonly StaffTime[];
}

export interface StaffTime {
  readonly account: string;
  readonly seconds: number;
}

/**
 * How many messages of a kind about a visit ended in a state; `held` are those that staff held back. A `guest-link` went to
 * somebody other than the patient.
 */
export interface MessageCount {
  readonly kind: ToldKind | "link" | "guest-link";
  readonly way: "text" | "mail";
  readonly state: string;
  readonly count: number;
}

export interface Usage extends Measured {
  readonly id: VisitId;
  readonly connectionId: string;
  readonly departmentId: string;
  /** The times for which it was scheduled last. */
  readonly start: Date;
  readonly end: Date;
  readonly source: UsageSource;
  readonly messages: readonly MessageCount[];
  /** How good its calls were; present where Teams' records of them were read. */
  readonly quality?: Quality;
  /** The appointment's id, sealed; only while an administrator has set that reports keep it. */
  readonly appointment?: string;
}

/** The most staff of one visit that are kept; those with the least time are left out. */
const MOST_STAFF = 20;

/** Accounts that are known to belong to staff in a visit. */
export interface KnownStaff {
  /** Object id of the department's own account, which is no person's. */
  readonly organizer: string;
  /** Object ids of those who opened the visit as staff. */
  readonly opened: readonly string[];
}

/**
 * Measures a visit. A patient may be an employee, and then has an account of the hospital's directory, too. So no account is
 * kept of anybody who did not open the visit as staff. Such people count as staff if somebody from outside was there as
 * well; if only they were there, nobody can tell which of them was the patient. Nor can be told which side somebody was on
 * whom Teams does not name, unless they waited: accounts of the directory do not.
 */
export function measured({ stays, waits: all }: Meeting, known: KnownStaff): Measured {
  const staff = stays.filter(({ look }) => look === "staff");
  const others = stays.filter(({ look }) => isOther(look));
  const isSideUnknown = stays.some(({ look }) => look === "unnamed");
  const waits = all.filter(({ look }) => look !== "staff");
  const together = earliest(overlaps(staff, others).map(({ from }) => from));
  const opened = earliest(stays.map(({ from }) => from));
  const over = latest(stays.map(({ to }) => to));
  const lobbySeconds = lobbyWait(waits);
  const hasOthers = others.length > 0 || waits.length > 0;
  const isStaffUnknown = !hasOthers && [...stays, ...all].some((one) => !isKnownStaff(one, known));
  const wayNotTold = new Set(stays.filter(({ look }) => !isWayKnown(look)).map(({ who }) => who)).size;
  return {
    outcome:
      together === undefined && (isSideUnknown || isStaffUnknown)
        ? "not-known"
        : outcomeOf(staff.length > 0, hasOthers, together !== undefined),
    ...(opened && { opened }),
    ...(together && { together }),
    ...(over && { over }),
    attendees: new Set(stays.map(({ who }) => who)).size,
    atOnce: mostAtOnce(stays),
    byPhone: new Set(stays.filter(({ look }) => look === "phone").map(({ who }) => who)).size,
    ...(wayNotTold > 0 && { wayNotTold }),
    ...(lobbySeconds !== undefined && { lobbySeconds }),
    staff: staffTimes(staff, others, known),
  };
}

/** Whether somebody came by an account that is known to be staff's. */
export const isKnownStaff = (
  { account }: { readonly account?: string },
  { organizer, opened }: KnownStaff,
): boolean => account !== undefined && (account === organizer || opened.includes(account));

function outcomeOf(hasStaff: boolean, hasOthers: boolean, wereTogether: boolean): Outcome {
  if (wereTogether) return "completed";
  if (hasStaff) return hasOthers ? "not-together" : "patient-absent";
  return hasOthers ? "staff-absent" : "nobody-came";
}

function lobbyWait(waits: Meeting["waits"]): number | undefined {
  const first = earliest(waits.map(({ from }) => from));
  const admitted = earliest(waits.flatMap((wait) => wait.admitted ?? []));
  return first && admitted && secondsBetween(first, admitted);
}

function staffTimes(staff: readonly Stay[], others: readonly Stay[], known: KnownStaff): StaffTime[] {
  const { organizer } = known;
  const accounts = new Set(
    staff.filter((one) => isKnownStaff(one, known)).flatMap(({ account }) => account ?? []),
  );
  accounts.delete(organizer);
  return [...accounts]
    .map((account) => {
      const theirs = staff.filter((stay) => stay.account === account);
      const shared = overlaps(theirs, others).map(({ from, to }) => to.getTime() - from.getTime());
      return { account, seconds: Math.round(shared.reduce((sum, one) => sum + one, 0) / 1000) };
    })
    .toSorted((one, other) => other.seconds - one.seconds || (one.account < other.account ? -1 : 1))
    .slice(0, MOST_STAFF);
}

type Span = Pick<Stay, "from" | "to">;

/** The times when both were there, even if only for the moment that was told last. */
function overlaps(some: readonly Span[], others: readonly Span[]): Span[] {
  const both = united(some).flatMap((one) =>
    united(others).map((other) => ({
      from: new Date(Math.max(one.from.getTime(), other.from.getTime())),
      to: new Date(Math.min(one.to.getTime(), other.to.getTime())),
    })),
  );
  return both.filter(({ from, to }) => from <= to);
}

/** The times when any of them was there: spans that do not touch, earliest first. */
function united(spans: readonly Span[]): readonly Span[] {
  const all: Span[] = [];
  for (const span of spans.toSorted((one, other) => one.from.getTime() - other.from.getTime())) {
    const last = all.at(-1);
    if (last === undefined || last.to < span.from) all.push(span);
    else if (last.to < span.to) all[all.length - 1] = { from: last.from, to: span.to };
  }
  return all;
}

function mostAtOnce(stays: readonly Stay[]): number {
  const whole = [...new Set(stays.map(({ who }) => who))].flatMap((who) =>
    united(stays.filter((stay) => stay.who === who)),
  );
  const steps = whole
    .flatMap(({ from, to }) => [
      { at: from.getTime(), by: 1 },
      { at: to.getTime(), by: -1 },
    ])
    .toSorted((one, other) => one.at - other.at || other.by - one.by);
  let [there, most] = [0, 0];
  for (const { by } of steps) {
    there += by;
    most = Math.max(most, there);
  }
  return most;
}

const earliest = (dates: readonly Date[]): Date | undefined =>
  dates.reduce<Date | undefined>(
    (first, one) => (first === undefined || one < first ? one : first),
    undefined,
  );
const latest = (dates: readonly Date[]): Date | undefined =>
  dates.reduce<Date | undefined>((last, one) => (last === undefined || one > last ? one : last), undefined);

export const secondsBetween = (from: Date, to: Date): number =>
  Math.round((to.getTime() - from.getTime()) / 1000);
