/**
 * Who waits, who presents and who admits: the meeting's options applied to a person
 * (https://learn.microsoft.com/graph/api/resources/lobbybypasssettings and the enumerations allowedPresenters,
 * allowedLobbyAdmitters).
 */
import type { Meeting } from "../graph/meetings.ts";
import { USUAL } from "../graph/meetingShape.ts";
import type { SandboxPerson } from "../people.ts";

/** What a person is to the meeting's tenant; anonymous without an account. */
export type Standing = "organizer" | "member" | "guest account" | "federated" | "anonymous";

export function standing(meeting: Meeting, tenantId: string, account: SandboxPerson | undefined): Standing {
  if (account === undefined) return "anonymous";
  if (account.oid === meeting.organizer) return "organizer";
  if (account.tid !== tenantId) return "federated";
  return account.kind === "guest" ? "guest account" : "member";
}

export function skipsLobby(meeting: Meeting, of: Standing, account: SandboxPerson | undefined): boolean {
  const scope = meeting.options.lobbyBypassSettings?.scope ?? USUAL.lobbyBypassSettings.scope;
  if (of === "organizer" || invitedAs(meeting, account) === "coorganizer") return true;
  switch (scope) {
    case "organizer":
      return false;
    case "organizationExcludingGuests":
      return of === "member";
    case "organization":
      return of === "member" || of === "guest account";
    case "organizationAndFederated":
      return of !== "anonymous";
    case "invited":
      return invitedAs(meeting, account) !== undefined;
    case "everyone":
      return true;
  }
}

/** Whoever dials in is never known to the tenant: a setting of their own decides, whatever the scope is. */
export const callersSkipLobby = ({ options }: Meeting): boolean =>
  options.lobbyBypassSettings?.isDialInBypassEnabled ?? USUAL.lobbyBypassSettings.isDialInBypassEnabled;

export function isPresenter(meeting: Meeting, of: Standing, account: SandboxPerson | undefined): boolean {
  const role = invitedAs(meeting, account);
  if (of === "organizer" || role === "coorganizer") return true;
  switch (meeting.options.allowedPresenters ?? USUAL.allowedPresenters) {
    case "everyone":
      return true;
    case "organization":
      return of === "member" || of === "guest account";
    case "roleIsPresenter":
      return role === "presenter";
    case "organizer":
      return false;
  }
}

export function mayAdmit(meeting: Meeting, of: Standing, account: SandboxPerson | undefined): boolean {
  if (of === "organizer" || invitedAs(meeting, account) === "coorganizer") return true;
  const admitters = meeting.options.allowedLobbyAdmitters ?? USUAL.allowedLobbyAdmitters;
  return admitters === "organizerAndCoOrganizersAndPresenters" && isPresenter(meeting, of, account);
}

function invitedAs({ attendees }: Meeting, account: SandboxPerson | undefined): string | undefined {
  if (account === undefined) return undefined;
  return attendees.find(({ identity, upn }) => identity?.user?.id === account.oid || upn === account.userName)
    ?.role;
}
