/**
 * Graph's routes for online meetings: create, create or get, find by the join link, read, change, delete, and the link of a
 * virtual appointment.
 */
import { Router, type Request, type RequestHandler } from "express";
import type { Tenant } from "../entra/tenant.ts";
import { meetingFor, oid, own, role, takesPart } from "./asked.ts";
import { checked, createBody, createOrGetBody, refuseKept, updateBody } from "./bodies.ts";
import { badRequest, GraphError } from "./graphError.ts";
import { joinWebUrl, type Meeting, type Meetings } from "./meetings.ts";
import { meetingShape } from "./meetingShape.ts";
import { requirePolicy } from "./policy.ts";
import { lateChange, refuseStrangersAsPresenters, times } from "./rules.ts";

const READ_WRITE = "OnlineMeetings.ReadWrite.All";
const READ = "OnlineMeetings.Read.All";

export interface MeetingRoutesDeps {
  readonly tenant: Tenant;
  readonly meetings: Meetings;
  /** Whether somebody is in the meeting at this moment. */
  readonly isRunning: (thread: string) => boolean;
}

export function meetingRoutes({ tenant, meetings, isRunning }: MeetingRoutesDeps): Router {
  const router = Router();
  const at = "/v1.0/users/:oid/onlineMeetings";
  const mayWrite = [role(READ_WRITE), requirePolicy(tenant, "Create")];
  const mayRead = [role(READ, READ_WRITE), requirePolicy(tenant, "Get")];
  const shown = (request: Request, meeting: Meeting) => ({
    "@odata.context": `${tenant.origins().backChannel}/v1.0/$metadata#users('${oid(request)}')/onlineMeetings/$entity`,
    ...meetingShape(tenant, meeting, prefersNewerMembers(request)),
  });
  const find = (request: Request) => meetingFor(meetings, request);

  router.post(at + "/createOrGet", ...mayWrite, async (request, response) => {
    const { externalId, subject, participants, ...dates } = checked(createOrGetBody, request);
    const attendees = participants?.attendees ?? [];
    const wanted = times(dates, tenant.now());
    refuseStrangersAsPresenters(tenant, attendees);
    const found = meetings.byExternalId(oid(request), externalId);
    if (found !== undefined) {
      response.json(shown(request, found));
      return;
    }
    const wish = {
      externalId,
      subject: subject ?? null,
      attendees,
      options: {},
      organizer: oid(request),
      ...wanted,
    };
    response.status(201).json(shown(request, await meetings.create(wish)));
  });

  router.post(at, ...mayWrite, async (request, response) => {
    const {
      subject,
      participants,
      startDateTime,
      endDateTime,
      externalId,
      chatInfo: _,
      ...options
    } = checked(createBody, request);
    const attendees = participants?.attendees ?? [];
    refuseStrangersAsPresenters(tenant, attendees);
    const wanted = times({ startDateTime, endDateTime }, tenant.now());
    const wish = {
      externalId,
      subject: subject ?? null,
      attendees,
      options,
      organizer: oid(request),
      ...wanted,
    };
    response.status(201).json(shown(request, await meetings.create(wish)));
  });

  router.get(at, ...mayRead, (request, response) => {
    const found = meetings
      .all()
      .filter(
        (meeting) => takesPart(meeting, oid(request)) && matches(tenant, meeting, request.query["$filter"]),
      );
    response.json({
      "@odata.context": `${tenant.origins().backChannel}/v1.0/$metadata#users('${oid(request)}')/onlineMeetings`,
      value: found.map((meeting) => meetingShape(tenant, meeting, prefersNewerMembers(request))),
    });
  });

  router.get(at + "/:id", ...mayRead, (request, response) => {
    response.json(shown(request, find(request)));
  });

  router.patch(at + "/:id", ...mayWrite, async (request, response) => {
    const meeting = own(find(request), request);
    refuseKept(request);
    const { subject, participants, startDateTime, endDateTime, ...options } = checked(updateBody, request);
    if ((startDateTime === undefined) !== (endDateTime === undefined))
      throw badRequest("startDateTime and endDateTime must be provided together.");
    if (options.allowedPresenters === "roleIsPresenter" && participants === undefined)
      throw badRequest(
        "With allowedPresenters 'roleIsPresenter' the full list of attendees must be provided.",
      );
    refuseStrangersAsPresenters(tenant, participants?.attendees ?? []);
    const changed = {
      ...(startDateTime === undefined ? {} : times({ startDateTime, endDateTime }, tenant.now())),
      ...(subject === undefined ? {} : { subject }),
      ...(participants === undefined ? {} : { attendees: participants.attendees }),
      options: { ...meeting.options, ...options },
    };
    const late = isRunning(meeting.thread) ? lateChange(meeting, { ...meeting, ...changed }) : undefined;
    if (late !== undefined) throw badRequest(`'${late}' cannot be changed while the meeting is running.`);
    await meetings.change(meeting.thread, changed);
    response.json(shown(request, { ...meeting, ...changed }));
  });

  router.delete(at + "/:id", ...mayWrite, async (request, response) => {
    await meetings.remove(own(find(request), request).thread);
    response.status(204).end();
  });

  const virtual = role("VirtualAppointment.Read.All", "VirtualAppointment.ReadWrite.All", READ, READ_WRITE);
  router.get(
    at + "/:id/getVirtualAppointmentJoinWebUrl",
    appOnly(tenant),
    virtual,
    requirePolicy(tenant, "Get"),
    (request, response) => {
      const { backChannel, pages } = tenant.origins();
      const query = new URLSearchParams({ tid: tenant.options.tenantId, convId: find(request).thread });
      response.json({
        "@odata.context": `${backChannel}/v1.0/$metadata#Edm.String`,
        value: `${pages}/webrtc-svc/api/route?${query.toString()}`,
      });
    },
  );
  return router;
}

/**
 * Refuses an application without a person, unless the option allows it. Microsoft's pages disagree whether it may call this;
 * the stand-in's default is no.
 */
function appOnly(tenant: Tenant): RequestHandler {
  return (_request, _response, next) => {
    if (tenant.options.virtualAppointmentJoinUrl === "app-only") next();
    else
      throw new GraphError(403, "Forbidden", "Application permission is not supported for this operation.");
  };
}

function matches(tenant: Tenant, meeting: Meeting, filter: unknown): boolean {
  const parts = /^(JoinWebUrl|joinMeetingIdSettings\/joinMeetingId) eq '([^']*)'$/i.exec(
    typeof filter === "string" ? filter : "",
  );
  if (parts === null)
    throw badRequest("Filter expression expected - /onlineMeetings?$filter=JoinWebUrl eq '{joinWebUrl}'.");
  const isByJoinUrl = parts[1]?.toLowerCase() === "joinweburl";
  // The link's context says whose meeting it is; Graph has no better words for a link that was cut off before it.
  if (isByJoinUrl && !(parts[2] ?? "").includes("context=")) throw badRequest("1026: An error has occurred.");
  const value = isByJoinUrl
    ? joinWebUrl(meeting, tenant.options.tenantId, tenant.origins().pages)
    : meeting.joinMeetingId;
  return value === parts[2];
}

function prefersNewerMembers(request: Request): boolean {
  return (request.get("prefer") ?? "").includes("include-unknown-enum-members");
}
