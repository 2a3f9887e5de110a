/**
 * Compares a visit that was found with its own row, which its page, its links and Teams follow. Launches write that row, too,
 * and what they read may have been older than what was found, or newer. Where they differ, the appointment is read by its
 * id.
 */
import { saysOn } from "../../domain/appointmentStatus.ts";
import type { FoundVisit } from "../../domain/found.ts";
import { sameTimes, type Visit } from "../../domain/visit.ts";
import type { SystemAppointment } from "../../ports/systemEhr.ts";
import { UnreadableRecord } from "../../records/record.ts";
import type { FindingPicks } from "./parts.ts";

/** One row is read for each visit that is compared, so those are compared that are soon. */
export async function isOutOfStep(
  {
    parts,
    comparedBefore,
  }: { readonly parts: Pick<FindingPicks, "queue" | "visits">; readonly comparedBefore: Date },
  found: FoundVisit,
  shown?: Pick<SystemAppointment, "status">,
): Promise<boolean> {
  const isSoon = found.start < comparedBefore && found.end > parts.queue.now();
  if (!isSoon || (found.standing !== "on" && found.standing !== "cancelled")) return false;
  const visit = await rowOf(parts, found);
  if (visit === undefined) return false;
  if (found.standing === "cancelled") return visit.state === "open";
  // A status that does not say "on" would not bring it back.
  if (visit.state === "cancelled") return shown === undefined || saysOn(shown.status);
  return !sameTimes(visit, found) || visit.departmentId !== found.departmentId;
}

/** One that cannot be read is said where visits of the next day are looked over, and cannot be compared. */
async function rowOf(
  { visits }: Pick<FindingPicks, "visits">,
  { id }: FoundVisit,
): Promise<Visit | undefined> {
  try {
    return await visits.byId(id);
  } catch (error) {
    if (!(error instanceof UnreadableRecord)) throw error;
    return undefined;
  }
}
