/** The rules of every video visit's meeting, and whether a meeting as Graph shows it keeps them. */
import * as z from "zod";
import type { MeetingRequest, MeetingTimes } from "../../ports/meetings.ts";

/**
 * Only properties that Graph v1.0 accepts in an update:
 * https://learn.microsoft.com/graph/api/onlinemeeting-update#request-body
 */
export interface MeetingRules {
  readonly lobbyBypassSettings: { readonly scope: string; readonly isDialInBypassEnabled: boolean };
  readonly [rule: string]: unknown;
}

/**
 * Staff enter without waiting and admit the others. Everybody else waits in the lobby, callers by phone too. Chat works only
 * while the meeting runs.
 */
export function meetingRules(lobby: MeetingRequest["lobby"]): MeetingRules {
  return {
    lobbyBypassSettings: { scope: LOBBY_SCOPE[lobby], isDialInBypassEnabled: false },
    allowedPresenters: "organization",
    allowedLobbyAdmitters: "organizerAndCoOrganizersAndPresenters",
    allowMeetingChat: "limited",
    isEntryExitAnnounced: false,
    allowAttendeeToEnableCamera: true,
    allowAttendeeToEnableMic: true,
    recordAutomatically: false,
  };
}

/**
 * The rules of a meeting whose visit is over. Only the organizer bypasses the lobby, and nobody signs in as the organizer,
 * so nobody is let in. Graph accepts these rules while the meeting runs too.
 */
export const CLOSED_RULES: MeetingRules = {
  lobbyBypassSettings: { scope: "organizer", isDialInBypassEnabled: false },
  allowMeetingChat: "disabled",
};

const LOBBY_SCOPE: Record<MeetingRequest["lobby"], string> = {
  staff: "organizationExcludingGuests",
  staffAndGuestAccounts: "organization",
};

const lobbySchema = z
  .looseObject({ scope: z.string().nullish(), isDialInBypassEnabled: z.boolean().nullish() })
  .nullish();
/**
 * The properties of a meeting that are read here; any others are kept as they are, since Graph adds properties at any time.
 */
export const meetingSchema = z.looseObject({
  id: z.string().min(1),
  joinWebUrl: z.string().min(1),
  startDateTime: z.string().nullish(),
  endDateTime: z.string().nullish(),
  lobbyBypassSettings: lobbySchema,
});
export type ShownMeeting = z.output<typeof meetingSchema>;
/**
 * The answer to an update. Properties may be missing from it; those that are there must have the type below. An error is no
 * meeting, whatever the status.
 */
export const changedMeetingSchema = z.looseObject({
  error: z.undefined().optional(),
  lobbyBypassSettings: lobbySchema,
  startDateTime: z.string().nullish(),
  endDateTime: z.string().nullish(),
});
export type ChangedMeeting = z.output<typeof changedMeetingSchema>;

/**
 * Whether a meeting keeps the rules as far as Graph shows them. The lobby's settings must be shown; a property that Graph
 * leaves out counts as kept, because sending it again at each opening would not make Graph show it.
 */
export function keepsRules(meeting: ShownMeeting, rules: MeetingRules): boolean {
  const { lobbyBypassSettings: asked, ...others } = rules;
  const shown = meeting.lobbyBypassSettings;
  return (
    shown?.scope === asked.scope &&
    shown.isDialInBypassEnabled === asked.isDialInBypassEnabled &&
    Object.entries(others).every(([rule, value]) => (meeting[rule] ?? value) === value)
  );
}

/**
 * Whether the answer shows another lobby than was asked for. A policy of the tenant can override it, and would then let
 * people in.
 */
export function contradictsLobby(changed: ChangedMeeting, rules: MeetingRules): boolean {
  const shown = changed.lobbyBypassSettings;
  const scope = shown?.scope ?? UNNAMED_SCOPE;
  const otherScope = scope !== UNNAMED_SCOPE && scope !== rules.lobbyBypassSettings.scope;
  return otherScope || shown?.isDialInBypassEnabled === true;
}

/**
 * Graph writes this in place of enum members that were added later
 * (https://learn.microsoft.com/graph/best-practices-concept).
 */
const UNNAMED_SCOPE = "unknownFutureValue";

/**
 * Whether a meeting that was made shows other times or another lobby than it was given. What it does not show counts as it
 * should be, because sending it again would not make Graph show it.
 */
export const looksOther = (meeting: ShownMeeting, times: MeetingTimes, rules: MeetingRules): boolean =>
  showsOtherTimes(meeting, times) || contradictsLobby(meeting, rules);

export function isAt({ startDateTime, endDateTime }: ShownMeeting, { start, end }: MeetingTimes): boolean {
  return isSame(startDateTime, start) && isSame(endDateTime, end);
}

/** Whether the answer shows other times than were asked for. A time that it leaves out counts as accepted. */
export function showsOtherTimes(changed: ChangedMeeting, { start, end }: MeetingTimes): boolean {
  const isOther = (shown: string | null | undefined, time: Date) =>
    !!shown && !shown.startsWith(NO_TIME) && !isSame(shown, time);
  return isOther(changed.startDateTime, start) || isOther(changed.endDateTime, end);
}

/**
 * How Graph writes a time that it does not have; it has answered so for meetings that have their times.
 * https://github.com/microsoftgraph/microsoft-graph-docs/issues/16874
 */
const NO_TIME = "0001-01-01T";

/** Compares to the second, because Graph drops fractions of a second. */
function isSame(shown: string | null | undefined, time: Date): boolean {
  const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000);
  return seconds(Date.parse(shown ?? "")) === seconds(time.getTime());
}
