/** Reads Teams' reports of who was in a visit's meeting: they come after it, several where it was entered anew, and lose nothing. */
import { closes, type Visit } from "../../domain/visit.ts";
import { AttendanceFault } from "../../ports/attendance.ts";
import { openErrors } from "../../web/floods.ts";
import type { ReportPicks } from "./parts.ts";

export type ReadAttendance = (visit: Visit) => Promise<void>;

/**
 * Asked each time that the visit is counted, until they were read after nobody can come any more. Where Graph gives none, the
 * visit is counted by what is known.
 */
export function attendance(picks: ReportPicks): ReadAttendance {
  const { hospital, log, presences, queue } = picks;
  const notRead = openErrors(log, "attendance.not_read");
  return async (visit) => {
    if (picks.attendance === undefined) return;
    const known = (await presences.of(visit.id))?.reported;
    if (known !== undefined && known.read >= closes(visit, hospital.visitRules)) return;
    const read = queue.now();
    try {
      const reports = await picks.attendance.reportsOf({ organizer: visit.organizer, id: visit.meeting.id });
      if (reports.length > 0) await presences.reported(visit, reports, read);
    } catch (error) {
      if (!(error instanceof AttendanceFault)) throw error;
      notRead(error);
    }
  };
}
