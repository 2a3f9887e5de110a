/** Teams meetings by Microsoft Graph, app-only. https://learn.microsoft.com/graph/api/onlinemeeting-createorget */
import type { ZodType } from "zod";
import { isLoopback } from "../../domain/fhirBaseUrl.ts";
import {
  MeetingsFault,
  type MeetingRequest,
  type Meetings,
  type MeetingTimes,
} from "../../ports/meetings.ts";
import {
  callGraph,
  deadlineIn,
  GraphRefusal,
  GraphUnavailable,
  type Deadline,
  type GraphAccess,
  type GraphCall,
} from "./call.ts";
import {
  changedMeetingSchema,
  contradictsLobby,
  isAt,
  keepsRules,
  meetingRules,
  meetingSchema,
  type ShownMeeting,
} from "./meetingRules.ts";

const DEADLINE_MS = 8000;
/** What patients and calendars may read. */
const SUBJECT = "Video visit";

export function graphMeetings(access: GraphAccess): Meetings {
  return {
    async open(request) {
      const deadline = deadlineIn(DEADLINE_MS, access.now());
      const meeting = await createOrGet(access, request, deadline);
      await keepRules(access, request, meeting, deadline);
      if (!isAt(meeting, request)) await moveIfTeamsLets(access, request, meeting.id, deadline);
      return { id: meeting.id, joinUrl: joinUrl(meeting) };
    },
    async move(meeting, times) {
      await patch(access, meeting, asGraphTimes(times), deadlineIn(DEADLINE_MS, access.now()));
    },
  };
}

async function createOrGet(
  access: GraphAccess,
  request: MeetingRequest,
  deadline: Deadline,
): Promise<ShownMeeting> {
  const body = { externalId: request.visitId, subject: SUBJECT, ...asGraphTimes(request) };
  const path = meetingsOf(request.organizer) + "/createOrGet";
  return parsed(
    meetingSchema,
    await ask(access, request.organizer, { method: "POST", path, body }, deadline),
  );
}

/** A meeting that shows every rule already, as at the second launch of a visit, is left alone. */
async function keepRules(
  access: GraphAccess,
  request: MeetingRequest,
  meeting: ShownMeeting,
  deadline: Deadline,
): Promise<void> {
  const rules = meetingRules(request.lobby);
  if (keepsRules(meeting, rules)) return;
  const changed = await patch(access, { organizer: request.organizer, id: meeting.id }, rules, deadline);
  if (contradictsLobby(parsed(changedMeetingSchema, changed), rules))
    throw new MeetingsFault(
      "refused",
      "Teams did not take the meeting's lobby rule; see the tenant's meeting policies.",
    );
}

/** A meeting that is running keeps its times, which decide nothing about who may enter: nobody is kept out for that. */
async function moveIfTeamsLets(
  access: GraphAccess,
  request: MeetingRequest,
  id: string,
  deadline: Deadline,
): Promise<void> {
  try {
    await patch(access, { organizer: request.organizer, id }, asGraphTimes(request), deadline);
  } catch (error) {
    if (!(error instanceof MeetingsFault && error.reason === "refused")) throw error;
  }
}

async function patch(
  access: GraphAccess,
  meeting: { readonly organizer: string; readonly id: string },
  body: object,
  deadline: Deadline,
): Promise<unknown> {
  const path = meetingsOf(meeting.organizer) + "/" + encodeURIComponent(meeting.id);
  return ask(access, meeting.organizer, { method: "PATCH", path, body }, deadline);
}

async function ask(
  access: GraphAccess,
  organizer: string,
  call: GraphCall,
  deadline: Deadline,
): Promise<unknown> {
  try {
    return await callGraph(access, call, deadline);
  } catch (error) {
    if (error instanceof GraphUnavailable)
      throw new MeetingsFault("unavailable", error.message, { cause: error });
    if (error instanceof GraphRefusal) throw refused(error, organizer);
    throw error;
  }
}

function refused(error: GraphRefusal, organizer: string): MeetingsFault {
  if (!error.lacksAccessPolicy)
    return new MeetingsFault("refused", `For the organizer ${organizer}: ${error.message}`, { cause: error });
  return new MeetingsFault(
    "access-policy",
    `The tenant does not let the connector act for the organizer ${organizer}: grant the application access policy ` +
      "to that account (Grant-CsApplicationAccessPolicy), and wait up to 30 minutes.",
    { cause: error },
  );
}

function parsed<T>(schema: ZodType<T>, answer: unknown): T {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw new MeetingsFault("refused", "Graph's answer is not a meeting.", { cause: result.error });
}

/** Whole, as Teams made it: links into a meeting break when a part of them is dropped. */
function joinUrl(meeting: ShownMeeting): string {
  const url = URL.parse(meeting.joinWebUrl);
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname)))
    return meeting.joinWebUrl;
  throw new MeetingsFault("refused", "Graph's answer has no join address that a browser may open.");
}

const meetingsOf = (organizer: string) => `/users/${encodeURIComponent(organizer)}/onlineMeetings`;
const asGraphTimes = ({ start, end }: MeetingTimes) => ({
  startDateTime: start.toISOString(),
  endDateTime: end.toISOString(),
});
