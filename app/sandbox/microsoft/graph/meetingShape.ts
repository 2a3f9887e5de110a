/** The JSON in which Graph shows a meeting. */
import type { Tenant } from "../entra/tenant.ts";
import type { Attendee } from "./bodies.ts";
import { joinWebUrl, meetingId, type Meeting } from "./meetings.ts";

// Members that were added after the enumeration was published; a client must ask for them.
const NEWER = ["invited", "organizationExcludingGuests", "coorganizer"];

/** The values of a meeting where the request gives none. */
export const USUAL = {
  allowedPresenters: "everyone",
  allowedLobbyAdmitters: "organizerAndCoOrganizersAndPresenters",
  lobbyBypassSettings: { scope: "organization", isDialInBypassEnabled: false },
  allowMeetingChat: "enabled",
  allowAttendeeToEnableCamera: true,
  allowAttendeeToEnableMic: true,
  allowRecording: true,
  allowTranscription: true,
  allowTeamworkReactions: true,
  isEntryExitAnnounced: false,
  recordAutomatically: false,
} as const;

/**
 * A meeting as Graph shows it. Without `newerMembers` (the Prefer header), it hides enum members that older clients do not
 * know.
 */
export function meetingShape(tenant: Tenant, meeting: Meeting, newerMembers: boolean): object {
  const known = (member: string | undefined) =>
    newerMembers || !NEWER.includes(member ?? "") ? member : "unknownFutureValue";
  const lobby = { ...USUAL.lobbyBypassSettings, ...meeting.options.lobbyBypassSettings };
  return {
    id: meetingId(meeting),
    creationDateTime: meeting.creationDateTime,
    startDateTime: meeting.startDateTime,
    endDateTime: meeting.endDateTime,
    externalId: meeting.externalId ?? null,
    subject: meeting.subject,
    joinWebUrl: joinWebUrl(meeting, tenant.options.tenantId, tenant.origins().pages),
    isBroadcast: false,
    autoAdmittedUsers: "everyoneInCompany",
    ...USUAL,
    ...meeting.options,
    lobbyBypassSettings: { ...lobby, scope: known(lobby.scope) },
    participants: {
      organizer: participant(tenant, { role: "presenter", identity: { user: { id: meeting.organizer } } }),
      attendees: meeting.attendees.map((one) => ({ ...participant(tenant, one), role: known(one.role) })),
    },
    audioConferencing: null,
    videoTeleconferenceId: null,
    chatInfo: {
      threadId: `19:meeting_${meeting.thread}@thread.v2`,
      messageId: "0",
      replyChainMessageId: null,
    },
    joinMeetingIdSettings: {
      isPasscodeRequired: true,
      joinMeetingId: meeting.joinMeetingId,
      passcode: meeting.passcode,
    },
  };
}

function participant(tenant: Tenant, { upn, identity, role }: Attendee) {
  const id = identity?.user?.id ?? tenant.people.find(({ userName }) => userName === upn)?.oid;
  return {
    upn: tenant.people.find(({ oid }) => oid === id)?.userName ?? upn ?? null,
    role,
    identity: { user: { id: id ?? null, displayName: null, tenantId: tenant.options.tenantId } },
  };
}
