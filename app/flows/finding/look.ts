/** One look at a chart: what it is given, and what is done about each appointment that it finds. */
import { standingOf } from "../../domain/appointmentStatus.ts";
import { writeBackOf } from "../../domain/defaults.ts";
import { wantsMeeting, type FoundVisit } from "../../domain/found.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import type { SystemAppointment } from "../../ports/systemEhr.ts";
import type { SearchedDays } from "../../records/searched.ts";
import { UnreadableRecord } from "../../records/record.ts";
import type { FindingPicks } from "./parts.ts";
import { wasKnownBefore } from "./knownBefore.ts";
import { isOutOfStep } from "./outOfStep.ts";
import { seenIn, type Seeing } from "./readAgain.ts";
import { leaveRead } from "./changeUnread.ts";
import { firstSeen, isMovedIntoPast, lacksTimes, seenAgain, type Seen } from "./seen.ts";

export interface Look {
  readonly parts: FindingPicks;
  readonly seeing: Seeing;
  /** How far ahead each location had been searched before this look. */
  readonly searched: SearchedDays;
  /** The visits that were found before; each is taken out when it is seen. */
  readonly known: Map<VisitId, FoundVisit>;
  /** Visits that start before this are compared with their own rows. */
  readonly comparedBefore: Date;
  readonly signal: AbortSignal;
  readonly came: Came;
  /** Has the visit prepared again. After the chart was away, what was put off because of that is done without waiting. */
  readonly prepare: (visit: VisitId) => Promise<void>;
}

/** What a look has found so far. */
export interface Came {
  /** Appointments that may be video visits and cannot be read. */
  unreadable: number;
  /** How often the chart said that it keeps some back on purpose. */
  keptBack: number;
  /** Visits that were over when they were found, or found to have been moved. */
  over: number;
  /** Visits of which the search showed a change, or which it did not show, and whose own records could not be read. */
  changeUnread: number;
  /** Visits of which a page showed a change, and whose own records the chart was not asked for, or did not let us ask. */
  changeUnasked: number;
  /** How many of our own rows cannot be read. */
  damaged: number;
  /** Whether the chart answered with a page. */
  isAnswered: boolean;
  /** How many searches broke off. */
  unanswered: number;
}

/** Counts a row of ours that cannot be read, so that it stops no other visit. */
export async function unlessDamaged(
  { came }: { readonly came: Pick<Came, "damaged"> },
  act: () => Promise<void>,
): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof UnreadableRecord)) throw error;
    came.damaged += 1;
  }
}

/** @returns the visit if it has to be read by its id, because patients would be told what the search says of it */
export async function see(look: Look, appointment: SystemAppointment): Promise<FoundVisit | undefined> {
  const { parts, seeing, searched, known, prepare, came } = look;
  const id = parts.foundVisits.idOf(seeing.at.connection.fhirBaseUrl, appointment.id);
  const mayBeKnown = known.get(id);
  // Most appointments of a hospital are no video visits, and no row is looked up for them.
  const before = mayBeKnown ?? (appointment.isVideo ? await parts.foundVisits.byId(id) : undefined);
  const seen = seenIn(parts, seeing, appointment, before);
  known.delete(id);
  const now = parts.queue.now();
  if (before === undefined) {
    if (lacksTimes(seen)) came.unreadable += 1;
    const first = firstSeen(seen, now);
    if (first === undefined || (await parts.visits.isDeleted(seen.id))) return undefined;
    const { change } = first;
    const isOld = wasKnownBefore(seen, searched, { aheadDays: parts.messageRules.aheadDays, now });
    const told = change === undefined ? undefined : { change, ...(isOld && { knownBefore: true as const }) };
    await parts.foundVisits.add(first.found, appointment.id, told);
    if (change !== undefined) await prepare(seen.id);
    else came.over += 1;
    return undefined;
  }
  // A search result alone does not cancel a visit: the appointment is read by its id.
  if (standingOf(appointment.status) === "off") {
    const isKnown = before.standing === "cancelled" && !(await isOutOfStep(look, before));
    if (!isKnown) return before;
    await leaveRead(parts, before);
    return undefined;
  }
  const kept = await keptAs(parts, before, seen);
  if (kept === undefined) return before;
  await leaveRead(parts, kept);
  if (await isOutOfStep(look, kept, appointment)) await prepare(kept.id);
  else await prepareUnready(look, kept);
  return undefined;
}

/** Has the visit prepared if it takes place and is not ready for what the chart says of it now. */
export async function prepareUnready({ parts, seeing, prepare }: Look, found: FoundVisit): Promise<void> {
  const now = parts.queue.now();
  if (isWorkedOn(found, now) && isUnready(parts, seeing, found, now)) await prepare(found.id);
}

/**
 * Keeps what a page says of a visit that is known. A page may be older than what others have seen since, and versions have
 * no order, so the visit is to be read by its id where patients would be told of the change or their links say it, or where
 * somebody else has changed the row meanwhile.
 * @returns the visit as it is kept now; undefined where it is to be read by its id
 */
async function keptAs(parts: FindingPicks, before: FoundVisit, seen: Seen): Promise<FoundVisit | undefined> {
  const now = parts.queue.now();
  const next = seenAgain(before, seen, now);
  if (next.found === before) return before;
  const isBefore = (each: FoundVisit) => each.seen === before.seen && each.standing === before.standing;
  const isTold = next.change !== undefined || isMovedIntoPast(before, next.found, now);
  if (before.standing !== "cancelled" && !isTold) {
    let isOther = false as boolean;
    const kept = await parts.foundVisits.edit(seen.id, (each) => {
      isOther = !isBefore(each);
      return isOther ? { found: each } : seenAgain(each, seen, now);
    });
    if (!isOther) return kept;
  }
  return undefined;
}

export const isWorkedOn = ({ standing, end }: FoundVisit, now: Date) =>
  standing === "on" && end.getTime() > now.getTime();

/**
 * Whether the visit is not as it was when it was last prepared, or lacks what is due by now. What could not be repaired is
 * tried again by its own job, or when the chart has changed.
 */
function isUnready({ environment }: FindingPicks, { at }: Seeing, found: FoundVisit, now: Date): boolean {
  if (found.prepared !== found.seen) return true;
  if (!found.hasMeeting && wantsMeeting(found, now)) return true;
  return (
    found.risk === undefined && found.links === undefined && writeBackOf(environment, at.connection).links
  );
}
