/** What becomes of a visit by what the chart now says of it. Pure functions: no I/O. */
import { isUnsaid, standingOf } from "../../domain/appointmentStatus.ts";
import { innermost, type DepartmentOf } from "../../domain/departmentOf.ts";
import {
  believedStart,
  believedTimes,
  cancelledNow,
  isBelievedCancelled,
  type FoundVisit,
  type Risk,
} from "../../domain/found.ts";
import type { Department } from "../../domain/hospital.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { timesIn } from "../../domain/wallClock.ts";
import type { SystemAppointment } from "../../ports/systemEhr.ts";
import type { Edited } from "../../records/foundVisits.ts";

export interface Seen {
  readonly id: VisitId;
  readonly connectionId: string;
  readonly appointment: SystemAppointment;
  /** Where the visit takes place; absent where it is at none of our locations. */
  readonly where?: { readonly location: string; readonly department: Department };
  /** The times as instants. */
  readonly times?: { readonly start: Date; readonly end: Date };
  /** Keyed hashes of the patients' ids, where the chart names patients. */
  readonly patients?: readonly string[];
  /** A keyed hash of all that decides anything (see `said`). */
  readonly hash: string;
}

type Hashes = (patients: readonly string[]) => readonly string[];

/** @param as which visit it is; `kept` is the department that it has, where it was found before */
export function seenAs(
  appointment: SystemAppointment,
  departmentOf: DepartmentOf,
  as: Pick<Seen, "id" | "connectionId"> & { readonly kept?: FoundVisit["departmentId"] | undefined },
  hashed: { readonly said: (said: string) => string; readonly patients: Hashes },
): Seen {
  const { locations, patients = [] } = appointment;
  const { id, connectionId, kept } = as;
  const location = innermost(locations, departmentOf, kept);
  const department = location === undefined ? undefined : departmentOf.get(location)?.department;
  const times = appointment.times && timesIn(department?.timeZone ?? "UTC", appointment.times);
  return {
    id,
    connectionId,
    appointment,
    ...(location !== undefined && department !== undefined && { where: { location, department } }),
    ...(times !== undefined && { times: { start: times.start, end: times.end } }),
    ...(appointment.isVideo && patients.length > 0 && { patients: hashed.patients(patients) }),
    hash: hashed.said(said(appointment, times, location, department?.id)),
  };
}

/**
 * Text of everything that decides something. It is made for every visit at every look, so moments are written as numbers,
 * which is quick.
 */
function said(
  { status, isVideo, patients, rooms: { provider, patient, order, period } }: SystemAppointment,
  times: Seen["times"],
  ...whereItIs: readonly (string | undefined)[]
): string {
  const moments = [times?.start, times?.end, period?.start, period?.end].map((moment) => moment?.getTime());
  // A chart may name them in another order each time.
  const all = patients?.toSorted();
  return JSON.stringify([status, isVideo, all, provider, patient, order, ...moments, ...whereItIs]);
}

/** Whether the visit takes place at one of our locations, and its times cannot be told. */
export const lacksTimes = (seen: Seen): boolean =>
  seen.times === undefined && seen.where !== undefined && standingNow(seen).standing === "on";

/** A visit that nobody has found before; undefined where there is none to find. */
export function firstSeen(seen: Seen, now: Date): Edited | undefined {
  const { id, connectionId, where, times, hash, patients } = seen;
  if (where === undefined || times === undefined || standingNow(seen).standing !== "on") return undefined;
  const isOver = times.end.getTime() <= now.getTime();
  const found: FoundVisit = {
    id,
    connectionId,
    departmentId: where.department.id,
    location: where.location,
    ...times,
    // Nobody, where the chart names nobody: whoever is named later knows nothing of the visit.
    patients: patients ?? [],
    standing: "on",
    seen: hash,
    firstSeen: now,
    changes: 0,
    hasMeeting: false,
    ...(isOver && { risk: "found-over", late: "found-over" }),
  };
  // Nobody is told of a visit that is over.
  return isOver ? { found } : { found, change: "new" };
}

/** A visit that was found before, as it is now; the very same object where nothing has changed. */
export function seenAgain(found: FoundVisit, seen: Seen, now: Date): Edited {
  if (isOffByStatus(found) && isUnsaid(seen.appointment.status)) return { found };
  const { standing, risk } = standingNow(seen);
  const patients = standing === "on" ? (seen.patients ?? found.patients) : found.patients;
  const { where, connectionId } = seen;
  const isSame =
    standing === found.standing &&
    patients?.join() === found.patients?.join() &&
    connectionId === found.connectionId;
  if (seen.hash === found.seen && isSame) return { found };
  // Its chart may be another connection's by now: a visit's id is of the chart.
  const at = { connectionId, ...(where && { departmentId: where.department.id, location: where.location }) };
  if (standing === "cancelled") return cancelledNow({ ...found, ...at, seen: seen.hash }, now);
  const times = seen.times ?? found;
  const believed = believedTimes(found, now);
  const { risk: before, prepared, wasCancelled: _, wasAt: _was, isUntold, knownAt, ...rest } = found;
  const kept = before !== undefined && !AWAY.has(before) ? before : undefined;
  const isIntoPast = isMovedIntoPast(found, { standing, end: times.end }, now);
  const isOff = standing === "away" || standing === "missed";
  const isOver = standing === "on" && times.end <= now && believed.end > now;
  const next: FoundVisit = {
    ...rest,
    ...at,
    start: times.start,
    end: times.end,
    ...(patients !== undefined && { patients }),
    standing,
    seen: seen.hash,
    ...(isBelievedCancelled(found) && isOff && WAS_CANCELLED),
    ...((isOff || isOver) && believed.start.getTime() !== times.start.getTime() && { wasAt: believed.start }),
    // A visit that comes back, also from the past, is prepared again: what was made may have been undone.
    ...(found.standing === "on" && !isIntoPast && prepared !== undefined && { prepared }),
    ...withRisk(standing === "on" ? kept : risk),
  };
  const change = next.end <= now ? undefined : changeBetween(found, next, now);
  // Where there is something else to be told, that nobody was told of what was before says nothing any more.
  if (change !== undefined) return { found: next, change };
  return { found: { ...next, ...(isUntold && { isUntold }), ...(knownAt && { knownAt }) } };
}

/**
 * Whether the visit does not take place by the status that the chart gave last. Only one that says so brings it
 * back.
 */
const isOffByStatus = (found: FoundVisit): boolean =>
  found.standing === "missed" || found.risk === "not-booked" || isBelievedCancelled(found);

/** Whether the visit was to come, or was under way, and has been moved to times that are over. */
export const isMovedIntoPast = (
  before: FoundVisit,
  { standing, end }: Pick<FoundVisit, "standing" | "end">,
  now: Date,
): boolean => (standing === "on" || standing === "missed") && before.end > now && end <= now;

/** Whether the visit was moved, and took place, since the chart was last read, so that nobody could do anything for it. */
export const isMissedSince = (since: Date, before: FoundVisit, after: FoundVisit, now: Date): boolean =>
  after.standing === "on" && isMovedIntoPast(before, after, now) && after.end > since;

/**
 * The chart does not show the visit any more; what that means is not known.
 * @param says `isContradicted`: somebody has read that the visit is not as it is kept, so it is not known either whether it is
 * still missed
 */
export function notSeen(
  found: FoundVisit,
  { isContradicted = false }: { readonly isContradicted?: boolean } = {},
): FoundVisit {
  if (found.standing === "cancelled" || (found.standing === "missed" && !isContradicted)) return found;
  if (found.standing === "away" && found.risk === "not-shown") return found;
  return { ...found, standing: "away", risk: "not-shown" };
}

/** The visit is at a location that no department has any more, so nobody searches for it. */
export function withoutDepartment(found: FoundVisit): FoundVisit {
  return found.standing === "on" ? { ...found, standing: "away", risk: "department-unknown" } : found;
}

/** Why a visit is away: not worked on until the chart says otherwise. */
const AWAY: ReadonlySet<Risk> = new Set([
  "not-shown",
  "left-locations",
  "department-unknown",
  "not-video",
  "not-booked",
]);

function standingNow({ appointment, where }: Seen): Pick<FoundVisit, "standing" | "risk"> {
  switch (standingOf(appointment.status)) {
    case "off":
      return { standing: "cancelled" };
    case "missed":
      return { standing: "missed" };
    case "not-booked":
      return { standing: "away", risk: "not-booked" };
    case "on":
      if (where === undefined) return { standing: "away", risk: "left-locations" };
      return appointment.isVideo ? { standing: "on" } : { standing: "away", risk: "not-video" };
  }
}

function changeBetween(before: FoundVisit, after: FoundVisit, now: Date): Edited["change"] {
  if (after.standing !== "on") return undefined;
  if (isBelievedCancelled(before) || isGiven(before, after)) return "new";
  // Patients are told of starts only: another end is kept, and told to nobody.
  return believedStart(before, now).getTime() === after.start.getTime() ? undefined : "moved";
}

/**
 * Whether the visit was given to another patient, who knows nothing of it. A row that the release before has kept does not
 * say whose it was.
 */
const isGiven = (before: FoundVisit, { patients }: { readonly patients?: Seen["patients"] }): boolean =>
  before.patients !== undefined && before.patients.join() !== patients?.join();

const WAS_CANCELLED = { wasCancelled: true } as const;

const withRisk = (risk: Risk | undefined) => (risk === undefined ? {} : { risk });
