/** Which user's meeting a request is about, and whether its application may make it. */
import type { Request, RequestHandler } from "express";
import { requireRole } from "./access.ts";
import type { Attendee } from "./bodies.ts";
import { GraphError } from "./graphError.ts";
import { meetingId, type Meeting, type Meetings } from "./meetings.ts";

export function oid(request: Request): string {
  const { oid: user } = request.params;
  return typeof user === "string" ? user.toLowerCase() : "";
}

export function role(...wanted: readonly string[]): RequestHandler {
  return requireRole(
    wanted,
    (roles) =>
      new GraphError(
        403,
        "Forbidden",
        `Missing role permissions on the request. API requires one of '${wanted.join(", ")}'. Roles on the request '${roles}'.`,
      ),
  );
}

/** @throws GraphError */
export function meetingFor(meetings: Meetings, request: Request): Meeting {
  const found = meetings.all().find((meeting) => meetingId(meeting) === request.params["id"]);
  if (found === undefined || !takesPart(found, oid(request)))
    throw new GraphError(404, "NotFound", "3004: Meeting does not exist.");
  return found;
}

export function takesPart({ organizer, attendees }: Meeting, user: string): boolean {
  return organizer === user || attendees.some((attendee: Attendee) => attendee.identity?.user?.id === user);
}

/** @throws GraphError */
export function own(meeting: Meeting, request: Request): Meeting {
  if (meeting.organizer === oid(request)) return meeting;
  throw new GraphError(403, "Forbidden", "Only the organizer of a meeting can change it.");
}
