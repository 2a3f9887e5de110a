/** The rules of every video visit's meeting, and whether a meeting as Graph shows it keeps them. */
import { z } from "zod";
import type { MeetingRequest, MeetingTimes } from "../../ports/meetings.ts";

/** Only what Graph's v1.0 takes of a change: https://learn.microsoft.com/graph/api/onlinemeeting-update#request-body */
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
export const changedMeetingSchema = z
  .looseObject({
    lobbyBypassSettings: lobbySchema,
    startDateTime: z.string().nullish(),
    endDateTime: z.string().nullish(),
  })
  .optional();
export type ChangedMeeting = z.output<typeof changedMeetingSchema>;

/**
 * Nothing that is shown is otherwise. Who waits has to be shown; of the other rules Graph may be silent, and saying
 * those again at each opening would not make it speak.
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

/** Shows another lobby than was asked for: a policy of the tenant has the last word, and lets people in. */
export function contradictsLobby(changed: ChangedMeeting, rules: MeetingRules): boolean {
  const shown = changed?.lobbyBypassSettings;
  const scope = shown?.scope ?? UNNAMED_SCOPE;
  const otherScope = scope !== UNNAMED_SCOPE && scope !== rules.lobbyBypassSettings.scope;
  return otherScope || shown?.isDialInBypassEnabled === true;
}

/** How Graph shows a member that the enum gained later to those who have not asked for such members. */
const UNNAMED_SCOPE = "unknownFutureValue";

export function isAt({ startDateTime, endDateTime }: ShownMeeting, { start, end }: MeetingTimes): boolean {
  return isSame(startDateTime, start) && isSame(endDateTime, end);
}

/** What it does not show, it took. */
export function showsOtherTimes(changed: ChangedMeeting, { start, end }: MeetingTimes): boolean {
  const isOther = (shown: string | null | undefined, time: Date) => !!shown && !isSame(shown, time);
  return isOther(changed?.startDateTime, start) || isOther(changed?.endDateTime, end);
}

/** To the second: Graph drops what is finer. */
function isSame(shown: string | null | undefined, time: Date): boolean {
  const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000);
  return seconds(Date.parse(shown ?? "")) === seconds(time.getTime());
}
