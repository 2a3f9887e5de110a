/** Which roles a right of the portal needs, by the names that administrators know, and where a role is given. */
import { choiceFormat } from "../../domain/formatters.ts";
import { APP_ROLE_NAMES, APP_ROLES, type PortalRight } from "../../domain/portalRights.ts";

const DIRECTORY_ROLE = "Global Administrator";
/** A role's name as the Entra admin center shows it, and as tokens contain it. */
export const named = (role: keyof typeof APP_ROLES) => `${APP_ROLE_NAMES[role]} (${APP_ROLES[role]})`;

/** The roles that have each right. */
const HOLDERS: Readonly<Record<PortalRight, readonly string[]>> = {
  configure: [DIRECTORY_ROLE, named("administrator")],
  decide: [DIRECTORY_ROLE],
  report: [DIRECTORY_ROLE, named("administrator"), named("reportReader")],
  departments: [DIRECTORY_ROLE, named("administrator"), named("departmentManager")],
  operate: [DIRECTORY_ROLE, named("administrator"), named("operator")],
};
export const holdersOf = (needs: readonly PortalRight[]): string =>
  choiceFormat("en").format([...new Set(needs.flatMap((right) => HOLDERS[right]))]);

export const APP_ROLE_MISSING = {
  next: "Ask an administrator of your hospital’s Microsoft directory for the role, then sign out and sign in again.",
  forIt:
    "Roles are given in the Microsoft Entra admin center: Enterprise applications, this connector’s application, Users and groups. A Global Administrator, Privileged Role Administrator or Cloud Application Administrator can give them.",
};
export const DIRECTORY_ROLE_MISSING = {
  next: "Ask a Global Administrator of your hospital to do it. If you are one, sign out and sign in again.",
  forIt:
    "Global Administrator is a role of the directory, not of this application: Microsoft Entra admin center, Roles and administrators. If this account holds it there, the sign-in may lack the claim wids: set groupMembershipClaims to DirectoryRole in the manifest of the app registration. pulumi up does it for a registration that it made.",
};
