/** The rules of every video visit's meeting, and whether a meeting as Graph shows it keeps them. */
import { z } from "zod";
import type { MeetingRequest, MeetingTimes } from "../../ports/meetings.ts";

/** https://learn.microsoft.com/graph/api/resources/onlinemeetingbase */
export interface MeetingRules {
  readonly lobbyBypassSettings: { readonly scope: string; readonly isDialInBypassEnabled: boolean };
  readonly [rule: string]: unknown;
}

/** Staff enter by themselves and admit, everybody else waits, dial-in too; chat only while the meeting runs. */
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
    allowParticipantsToChangeName: true,
  };
}

const LOBBY_SCOPE: Record<MeetingRequest["lobby"], string> = {
  staff: "organizationExcludingGuests",
  staffAndGuestAccounts: "organization",
};

const lobbySchema = z
  .looseObject({ scope: z.string().nullish(), isDialInBypassEnabled: z.boolean().nullish() })
  .nullish();
/** Graph's types are open: whatever else it says is let through unread. */
export const meetingSchema = z.looseObject({
  id: z.string().min(1),
  joinWebUrl: z.string(),
  startDateTime: z.string().nullish(),
  endDateTime: z.string().nullish(),
  lobbyBypassSettings: lobbySchema,
});
export type ShownMeeting = z.output<typeof meetingSchema>;
/** A change is answered with the meeting; what matters of it may be missing, but not be otherwise. */
export const changedMeetingSchema = z.looseObject({ lobbyBypassSettings: lobbySchema }).optional();

/** Every rule is shown, with its value; one that is not shown counts as broken. */
export function keepsRules(meeting: ShownMeeting, rules: MeetingRules): boolean {
  const { lobbyBypassSettings: asked, ...others } = rules;
  const shown = meeting.lobbyBypassSettings;
  return (
    shown?.scope === asked.scope &&
    shown.isDialInBypassEnabled === asked.isDialInBypassEnabled &&
    Object.entries(others).every(([rule, value]) => meeting[rule] === value)
  );
}

/** Shows another lobby than was asked for: a policy of the tenant has the last word, and lets people in. */
export function contradictsLobby(
  changed: z.output<typeof changedMeetingSchema>,
  rules: MeetingRules,
): boolean {
  const shown = changed?.lobbyBypassSettings;
  const scope = shown?.scope ?? UNNAMED_SCOPE;
  const otherScope = scope !== UNNAMED_SCOPE && scope !== rules.lobbyBypassSettings.scope;
  return otherScope || shown?.isDialInBypassEnabled === true;
}

/** How Graph shows a member that the enum gained later to those who have not asked for such members. */
const UNNAMED_SCOPE = "unknownFutureValue";

/** To the second: Graph drops what is finer. */
export function isAt(meeting: ShownMeeting, times: MeetingTimes): boolean {
  const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000);
  return (
    seconds(Date.parse(meeting.startDateTime ?? "")) === seconds(times.start.getTime()) &&
    seconds(Date.parse(meeting.endDateTime ?? "")) === seconds(times.end.getTime())
  );
}
