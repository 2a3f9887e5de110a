/**
 * What whoever runs `pulumi up` needs beforehand; written once for the texts to paste, infra/README.md and the preflight.
 */
import type { Deployment } from "./deployment.ts";

/** Azure's roles for the subscription. Only the last of them may set locks. */
export const AZURE_ROLES = {
  makes: "Contributor",
  grants: "Role Based Access Control Administrator",
  grantsAndLocks: "User Access Administrator",
  everything: "Owner",
} as const;

/** Whether the deployment has locks: production's stores have them, and the number wherever one is got. */
export const hasLocks = ({ environment, wantedNumber }: Pick<Deployment, "environment" | "wantedNumber">) =>
  environment === "production" || wantedNumber !== undefined;

export const azureRolesOf = (
  deployment: Pick<Deployment, "environment" | "wantedNumber">,
): readonly string[] => [
  AZURE_ROLES.makes,
  hasLocks(deployment) ? AZURE_ROLES.grantsAndLocks : AZURE_ROLES.grants,
];

/** Rights in Entra: a directory role for a person or a group, application permissions of Microsoft Graph for a pipeline. */
export interface EntraRights {
  readonly role: string;
  readonly permissions: readonly string[];
}

const WRITES = ["Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All"];

/**
 * The rights for each value of `microsoft.consent`, which the azuread provider documents for the resources that the program
 * makes (https://www.pulumi.com/registry/packages/azuread/api-docs/serviceprincipaldelegatedpermissiongrant/ for the
 * second).
 */
export const ENTRA_RIGHTS: Readonly<Record<"byPerson" | "granted", EntraRights>> = {
  byPerson: { role: "Application Administrator", permissions: WRITES },
  granted: { role: "Global Administrator", permissions: [...WRITES, "Directory.ReadWrite.All"] },
};

/** https://learn.microsoft.com/azure/communication-services/concepts/numbers/phone-number-management-for-united-states */
export const NUMBER_NEEDS =
  "A number needs a paid subscription, no trial or free credit, whose billing address is in Canada, Denmark, Ireland, Italy, Puerto Rico, Sweden, the United Kingdom or the United States.";

/** https://learn.microsoft.com/azure/communication-services/concepts/sms/sms-faq */
export const NUMBER_REACHES = "the United States, Canada and Puerto Rico";

/** https://learn.microsoft.com/entra/identity/users/groups-saasapps */
export const GROUP_NEEDS =
  "A group among deployers can hold the connector's app roles (operator; with texts events, too) only in a directory with Entra ID P1.";
