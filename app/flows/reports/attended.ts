/**
 * Reads Teams' attendance reports of a visit's meeting. They come after the meeting, there are several if it was entered
 * anew, and nothing is missing in them.
 */
import { closes, type Visit } from "../../domain/visit.ts";
import { AttendanceFault } from "../../ports/attendance.ts";
import { openErrors } from "../../web/floods.ts";
import type { ReportPicks } from "./parts.ts";

export type ReadAttendance = (visit: Visit) => Promise<void>;

/**
 * Asks for the reports each time that the visit is counted, until all were read at a time when nobody can come any more. If
 * Graph gives none, the visit is counted by what is known otherwise.
 */
export function attendance(picks: ReportPicks): ReadAttendance {
  const { hospital, log, presences, queue } = picks;
  const notRead = openErrors(log, "attendance.not_read");
  return async (visit) => {
    if (picks.attendance === undefined) return;
    const known = (await presences.of(visit.id))?.reported;
    if (known !== undefined && known.read >= closes(visit, hospital.visitRules)) return;
    const now = queue.now();
    try {
      const reports = await picks.attendance.reportsOf({ organizer: visit.organizer, id: visit.meeting.id });
      // Teams makes a report when somebody comes, and fills it when the meeting is over. One without anybody says nothing.
      const people = reports.flatMap((report) => report.people);
      const [unread] = reports.flatMap(({ fault }) => fault ?? []);
      if (unread !== undefined) notRead(unread);
      if (people.length === 0) return;
      // Without one of them, it is never so that all is known: who is in that one may seem to have stayed away.
      const last = new Date(closes(visit, hospital.visitRules).getTime() - 1);
      await presences.reported(visit, reports, unread !== undefined && last < now ? last : now);
    } catch (error) {
      if (!(error instanceof AttendanceFault)) throw error;
      notRead(error);
    }
  };
}
