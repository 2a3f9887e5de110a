/**
 * Teams meetings through Microsoft Graph, with application permissions.
 * https://learn.microsoft.com/graph/api/onlinemeeting-createorget
 */
import type { ZodType } from "zod";
import { isLoopback } from "../../domain/fhirBaseUrl.ts";
import {
  MeetingsFault,
  type Meeting,
  type MeetingLook,
  type MeetingRequest,
  type Meetings,
  type MeetingToLookAt,
  type MeetingTimes,
  type Moved,
} from "../../ports/meetings.ts";
import {
  callGraph,
  deadlineIn,
  GraphRefusal,
  GraphUnavailable,
  type Deadline,
  type GraphAccess,
  type GraphAnswer,
  type GraphCall,
} from "./call.ts";
import {
  changedMeetingSchema,
  CLOSED_RULES,
  contradictsLobby,
  isAt,
  keepsRules,
  looksOther,
  meetingRules,
  meetingSchema,
  showsOtherTimes,
  type ChangedMeeting,
  type MeetingRules,
  type ShownMeeting,
} from "./meetingRules.ts";

const DEADLINE_MS = 8000;
/** The subject, which patients and calendars may read. */
const SUBJECT = "Video visit";
/** The status by which createOrGet answers for a meeting that it has just created; for one that it found, it is 200. */
const CREATED = 201;
/** The statuses by which it answers while another of our processes creates the same meeting. */
const MADE_MEANWHILE = [409, 423];

export function graphMeetings(access: GraphAccess): Meetings {
  return {
    async open(request) {
      const deadline = deadlineIn(DEADLINE_MS, access.now());
      const { meeting, isNew } = await createOrGet(access, request, deadline);
      const found = { organizer: request.organizer, id: meeting.id };
      if (isNew || !keepsRules(meeting, meetingRules(request.lobby)))
        await setRules(access, found, meetingRules(request.lobby), deadline);
      const made = { id: meeting.id, joinUrl: joinUrl(meeting) };
      if (isAt(meeting, request)) return made;
      const behind = await whyBehind(moveTo(access, found, request, deadline));
      return behind === undefined ? made : { ...made, behind };
    },
    async move(meeting, times) {
      return moveTo(access, meeting, times, deadlineIn(DEADLINE_MS, access.now()));
    },
    async close(meeting) {
      await setRules(access, meeting, CLOSED_RULES, deadlineIn(DEADLINE_MS, access.now()));
    },
    look: (meeting) => look(access, meeting),
  };
}

/** Graph answers 404 for a meeting that was deleted. https://learn.microsoft.com/graph/api/onlinemeeting-get */
async function look(
  access: GraphAccess,
  { organizer, id, lobby, ...times }: MeetingToLookAt,
): Promise<MeetingLook> {
  const path = meetingsOf(organizer) + "/" + encodeURIComponent(id);
  try {
    const deadline = deadlineIn(DEADLINE_MS, access.now());
    const shown = await read(access, organizer, path, deadline);
    return looksOther(shown, times, meetingRules(lobby)) ? "other" : "as-asked";
  } catch (error) {
    if (error instanceof MeetingsFault && isMissing(error.cause)) return "gone";
    throw error;
  }
}

async function read(
  access: GraphAccess,
  organizer: string,
  path: string,
  deadline: Deadline,
): Promise<ShownMeeting> {
  return meetingIn((await ask(access, organizer, { method: "GET", path }, deadline)).json);
}

const isMissing = (cause: unknown) =>
  cause instanceof GraphRefusal && cause.status === 404 && !cause.lacksAccessPolicy;

async function createOrGet(
  access: GraphAccess,
  request: MeetingRequest,
  deadline: Deadline,
): Promise<{ readonly meeting: ShownMeeting; readonly isNew: boolean }> {
  const { visitId, again } = request;
  const externalId = again === undefined ? visitId : [visitId, String(again)].join(".");
  const body = { externalId, subject: SUBJECT, ...asGraphTimes(request) };
  const path = meetingsOf(request.organizer) + "/createOrGet";
  const call = { method: "POST", path, body, passing: MADE_MEANWHILE } as const;
  const answer = await ask(access, request.organizer, call, deadline);
  return { meeting: meetingIn(answer.json), isNew: answer.status === CREATED };
}

async function setRules(
  access: GraphAccess,
  meeting: Known,
  rules: MeetingRules,
  deadline: Deadline,
): Promise<void> {
  const isOther = (shown: ChangedMeeting) => contradictsLobby(shown, rules);
  if (isOther(await patch(access, meeting, rules, isOther, deadline)))
    throw new MeetingsFault(
      "refused",
      "Teams did not take the meeting's lobby rule; see the tenant's meeting policies.",
    );
}

/**
 * Moves a meeting. Graph does not change the times of a running meeting, and does not document how it says so. A meeting
 * that is answered with the old times is running. A refused one may be running, unless the code says that it is refused for
 * good. https://learn.microsoft.com/graph/api/onlinemeeting-update
 */
async function moveTo(
  access: GraphAccess,
  meeting: Known,
  times: MeetingTimes,
  deadline: Deadline,
): Promise<Moved> {
  try {
    const isOther = (shown: ChangedMeeting) => showsOtherTimes(shown, times);
    return isOther(await patch(access, meeting, asGraphTimes(times), isOther, deadline))
      ? "running"
      : "moved";
  } catch (error) {
    if (error instanceof MeetingsFault && mayTakeThemLater(error.cause))
      throw new MeetingsFault("not-taken", error.message, { cause: error.cause });
    throw error;
  }
}

const MAY_BE_RUNNING = new Set([400, 409]);
/** Means "One or more properties do not support updating", which no later attempt changes. */
const FOR_GOOD = "InvalidArgument";

function mayTakeThemLater(cause: unknown): boolean {
  if (!(cause instanceof GraphRefusal) || cause.lacksAccessPolicy) return false;
  return MAY_BE_RUNNING.has(cause.status) && cause.code !== FOR_GOOD;
}

/**
 * Why the meeting keeps other times. The meeting exists and has the right rules, so a failed move is reported and does not
 * prevent the visit.
 */
async function whyBehind(moving: Promise<Moved>): Promise<Meeting["behind"]> {
  try {
    return (await moving) === "running" ? "running" : undefined;
  } catch (error) {
    if (error instanceof MeetingsFault) return error;
    throw error;
  }
}

interface Known {
  readonly organizer: string;
  readonly id: string;
}

/**
 * Changes a meeting, and returns what Graph shows of it. Graph documents 200 with the meeting; a success that shows nothing,
 * such as 204, is followed by a look at it. Where that shows otherwise, nobody has said that Teams did not take the change.
 */
async function patch(
  access: GraphAccess,
  { organizer, id }: Known,
  body: object,
  isOther: (shown: ChangedMeeting) => boolean,
  deadline: Deadline,
): Promise<ChangedMeeting> {
  const path = meetingsOf(organizer) + "/" + encodeURIComponent(id);
  const { json } = await ask(access, organizer, { method: "PATCH", path, body }, deadline);
  const changed = json === undefined ? {} : parsed(changedMeetingSchema, json);
  if (Object.keys(changed).length > 0) return changed;
  const shown = await read(access, organizer, path, deadline);
  if (isOther(shown)) throw unavailable("Graph's success has not changed the meeting.");
  return shown;
}

async function ask(
  access: GraphAccess,
  organizer: string,
  call: GraphCall,
  deadline: Deadline,
): Promise<GraphAnswer> {
  try {
    return await callGraph(access, call, deadline);
  } catch (error) {
    if (error instanceof GraphUnavailable)
      throw new MeetingsFault("unavailable", error.message, { cause: error, answered: error.answered });
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

const meetingIn = (answer: unknown): ShownMeeting => parsed(meetingSchema, answer);

/** A success that shows no meeting refuses nothing: Graph is in disorder, or somebody in between has answered. */
function parsed<T>(schema: ZodType<T>, answer: unknown): T {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw unavailable("Graph's answer is not a meeting.", result.error);
}

const unavailable = (message: string, cause?: Error) =>
  new MeetingsFault("unavailable", message, { ...(cause && { cause }), answered: "error" });

/** The whole link as Teams made it, because a meeting link breaks when a part of it is dropped. */
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
