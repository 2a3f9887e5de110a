/** One look at a chart: what it goes by, and what is done about each appointment that it comes upon. */
import { standingOf } from "../../domain/appointmentStatus.ts";
import { writeBackOf } from "../../domain/defaults.ts";
import { wantsMeeting, type FoundVisit } from "../../domain/found.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import type { SystemAppointment } from "../../ports/systemEhr.ts";
import type { SearchedDays } from "../../records/searched.ts";
import { UnreadableRecord } from "../../records/record.ts";
import type { FindingPicks } from "./parts.ts";
import { wasKnownBefore } from "./knownBefore.ts";
import { readAgain, seenIn, type Seeing } from "./readAgain.ts";
import { firstSeen, lacksTimes, seenAgain, type Seen } from "./seen.ts";

export interface Look {
  readonly parts: FindingPicks;
  readonly seeing: Seeing;
  /** How far ahead each location had been searched before this look. */
  readonly searched: SearchedDays;
  /** Those that were found before; each is taken out when it is seen. */
  readonly known: Map<VisitId, FoundVisit>;
  readonly signal: AbortSignal;
  readonly came: Came;
  /** Once more, and without waiting where it was put off while the chart was away. */
  readonly prepare: (visit: VisitId) => Promise<void>;
}

/** What a look came upon so far. */
export interface Came {
  /** Appointments that may be video visits and cannot be read. */
  unreadable: number;
  /** Of our own rows, those that cannot be read. */
  damaged: number;
  /** Whether a page came. */
  isAnswered: boolean;
  /** How many searches failed before any page came. */
  unanswered: number;
}

/** One row of ours that cannot be read stops nobody else's visit. */
export async function unlessDamaged({ came }: Pick<Look, "came">, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof UnreadableRecord)) throw error;
    came.damaged += 1;
  }
}

export async function see(
  { parts, seeing, searched, known, prepare, came }: Look,
  appointment: SystemAppointment,
): Promise<void> {
  const seen = seenIn(parts, seeing, appointment);
  const mayBeKnown = known.get(seen.id);
  // Of most appointments of a hospital there is nothing to be known.
  const before = mayBeKnown ?? (appointment.isVideo ? await parts.foundVisits.byId(seen.id) : undefined);
  known.delete(seen.id);
  const now = parts.queue.now();
  if (before === undefined) {
    if (lacksTimes(seen)) came.unreadable += 1;
    const first = firstSeen(seen, now);
    if (first === undefined || (await parts.visits.isDeleted(seen.id))) return;
    const { change } = first;
    const isOld = wasKnownBefore(seen, searched, { aheadDays: parts.messageRules.aheadDays, now });
    const told = change === undefined ? undefined : { change, ...(isOld && { knownBefore: true as const }) };
    await parts.foundVisits.add(first.found, appointment.id, told);
    if (change !== undefined) await prepare(seen.id);
    else parts.log.warn("visit.found_over", { connection: seen.connectionId });
    return;
  }
  if (standingOf(appointment.status) === "off") {
    // A search's word cancels nothing.
    if (before.standing !== "cancelled") await readAgain(parts, seeing, before);
    return;
  }
  const kept = await keptAs(parts, seeing, before, seen);
  if (kept !== undefined && isWorkedOn(kept, now) && isUnready(parts, seeing, kept, now))
    await prepare(seen.id);
}

/**
 * What a page says of a visit that is known. A page may be older than what was seen since by others, and versions have no order:
 * what patients would be told of, and what somebody else has changed meanwhile, is read by the visit's id.
 */
async function keptAs(
  parts: FindingPicks,
  seeing: Seeing,
  before: FoundVisit,
  seen: Seen,
): Promise<FoundVisit | undefined> {
  const now = parts.queue.now();
  const next = seenAgain(before, seen, now);
  if (next.found === before) return before;
  const isBefore = (each: FoundVisit) => each.seen === before.seen && each.standing === before.standing;
  if (before.standing !== "cancelled" && next.change === undefined) {
    let isOther = false as boolean;
    const kept = await parts.foundVisits.edit(seen.id, (each) => {
      isOther = !isBefore(each);
      return isOther ? { found: each } : seenAgain(each, seen, now);
    });
    if (!isOther) return kept;
  }
  const read = await readAgain(parts, seeing, before);
  return read.kind === "trouble" ? undefined : read.found;
}

export const isWorkedOn = ({ standing, end }: FoundVisit, now: Date) =>
  standing === "on" && end.getTime() > now.getTime();

/**
 * It is not as it was when it was last prepared, or lacks what it is time for. What could not be repaired is tried again by its own
 * job, or when the chart has changed.
 */
function isUnready({ environment }: FindingPicks, { at }: Seeing, found: FoundVisit, now: Date): boolean {
  if (found.prepared !== found.seen) return true;
  if (!found.hasMeeting && wantsMeeting(found, now)) return true;
  return (
    found.risk === undefined && found.links === undefined && writeBackOf(environment, at.connection).links
  );
}
