/**
 * Attendance reports: one for each session of a meeting, once it is over, without the time in the lobby
 * (https://learn.microsoft.com/graph/api/meetingattendancereport-list).
 */
import { Router, type Request } from "express";
import type { Tenant } from "../entra/tenant.ts";
import type { Participant, Rooms } from "../teams/rooms.ts";
import { isPresenter } from "../teams/rules.ts";
import { meetingFor, own, role } from "./asked.ts";
import { GraphError } from "./graphError.ts";
import type { Meeting, Meetings } from "./meetings.ts";
import { requirePolicy } from "./policy.ts";
import { sessions, type Session } from "./sessions.ts";

export interface AttendanceRoutesDeps {
  readonly tenant: Tenant;
  readonly meetings: Meetings;
  readonly rooms: Pick<Rooms, "all">;
}

/** Entries on a page here; Graph's own pages are longer. */
const PAGE = 2;

export function attendanceRoutes({ tenant, meetings, rooms }: AttendanceRoutesDeps): Router {
  const router = Router();
  const at = "/v1.0/users/:oid/onlineMeetings/:id/attendanceReports";
  const may = [role("OnlineMeetingArtifact.Read.All"), requirePolicy(tenant, "Get")];
  const of = (request: Request) => {
    const meeting = own(meetingFor(meetings, request), request);
    const isThere = tenant.faults.current().attendance === "reported";
    return { meeting, reports: isThere ? sessions(rooms.all(meeting.thread)) : [] };
  };

  router.get(at, ...may, (request, response) => {
    const { meeting, reports } = of(request);
    const skipped = Number(request.query["$skip"] ?? 0);
    const page = reports.slice(skipped, skipped + PAGE);
    const next = new URL(tenant.origins().backChannel + request.path);
    next.searchParams.set("$skip", String(skipped + PAGE));
    response.json({
      value: page.map((session) => ({ ...reportOf(meeting, session), attendanceRecords: [] })),
      ...(skipped + PAGE < reports.length && { "@odata.nextLink": next.href }),
    });
  });

  router.get(at + "/:report", ...may, (request, response) => {
    const { meeting, reports } = of(request);
    const session = reports.find((one) => reportOf(meeting, one).id === request.params["report"]);
    if (session === undefined) throw new GraphError(404, "NotFound", "The report does not exist.");
    const isExpanded = request.query["$expand"] === "attendanceRecords";
    const records = session.attended.map(({ participant, intervals }) => ({
      id: participant.id,
      emailAddress: participant.account?.userName ?? null,
      role: isPresenter(meeting, participant.standing, participant.account) ? "Presenter" : "Attendee",
      registrationId: null,
      totalAttendanceInSeconds: intervals.reduce((sum, one) => sum + seconds(one), 0),
      identity: identityOf(tenant.options, participant),
      attendanceIntervals: intervals.map((one) => ({
        joinDateTime: one.from.toISOString(),
        leaveDateTime: one.to.toISOString(),
        durationInSeconds: seconds(one),
      })),
    }));
    response.json({ ...reportOf(meeting, session), ...(isExpanded && { attendanceRecords: records }) });
  });
  return router;
}

const reportOf = ({ thread }: Meeting, { from, to, attended }: Session) => ({
  id: Buffer.from(thread + "/" + from.toISOString()).toString("base64url"),
  totalParticipantCount: attended.length,
  meetingStartDateTime: from.toISOString(),
  meetingEndDateTime: to.toISOString(),
});

/**
 * In Microsoft's example an account of the organization has no tenant. How somebody without an account and a telephone are
 * written, Microsoft's pages do not say; here they are written as little as the schema allows, so that nothing is built on
 * more (https://learn.microsoft.com/graph/api/meetingattendancereport-get).
 */
function identityOf({ tenantId }: { readonly tenantId: string }, { account, name }: Participant): object {
  const type = "#microsoft.graph.communicationsUserIdentity";
  const tenant = account === undefined || account.tid === tenantId ? null : account.tid;
  return { "@odata.type": type, id: account?.oid ?? null, displayName: name, tenantId: tenant };
}

const seconds = ({ from, to }: { readonly from: Date; readonly to: Date }) =>
  Math.round((to.getTime() - from.getTime()) / 1000);
