/**
 * Compares a visit that was found with its own row, which its page, its links and Teams follow. Launches and messages write
 * that row, too, and what they read may have been older than what was found, or newer. Where they differ, the appointment is
 * read by its id.
 */
import { saysOn } from "../../domain/appointmentStatus.ts";
import type { FoundVisit } from "../../domain/found.ts";
import { isDoubted, sameTimes, wantsOwnMeeting, type Visit } from "../../domain/visit.ts";
import type { SystemAppointment } from "../../ports/systemEhr.ts";
import { UnreadableRecord } from "../../records/record.ts";
import type { FindingPicks } from "./parts.ts";

/** One row is read for each visit that is compared, so those are compared that are soon. */
export async function isOutOfStep(
  {
    parts,
    comparedBefore,
  }: { readonly parts: Pick<FindingPicks, "hospital" | "queue" | "visits">; readonly comparedBefore: Date },
  found: FoundVisit,
  shown?: Pick<SystemAppointment, "status" | "patients">,
): Promise<boolean> {
  const isSoon = found.start < comparedBefore && found.end > parts.queue.now();
  if (!isSoon || (found.standing !== "on" && found.standing !== "cancelled")) return false;
  const row = await rowOf(parts, found);
  if (row === undefined) return false;
  const { visit, patients } = row;
  if (found.standing === "cancelled") return visit.state === "open";
  // A status that does not say "on" would not bring it back.
  if (visit.state === "cancelled") return shown === undefined || saysOn(shown.status);
  if (!sameTimes(visit, found) || visit.departmentId !== found.departmentId) return true;
  if (visit.connectionId !== found.connectionId) return true;
  // It may name the patient of before again.
  if (isDoubted(visit)) return true;
  if (wantsOwnMeeting(visit, parts.hospital.visitRules, parts.queue.now())) return true;
  // Where the chart names nobody now, it would not give the visit to anybody.
  const isNamed = shown?.patients !== undefined && shown.patients.length > 0;
  return isNamed && patients !== undefined && patients.join() !== found.patients?.join();
}

/** One that cannot be read is said where visits of the next day are looked over, and cannot be compared. */
async function rowOf(
  { visits }: Pick<FindingPicks, "visits">,
  { id }: FoundVisit,
): Promise<{ readonly visit: Visit; readonly patients?: readonly string[] } | undefined> {
  try {
    return await visits.withPatients(id);
  } catch (error) {
    if (!(error instanceof UnreadableRecord)) throw error;
    return undefined;
  }
}
