/** The hospital's directory: consent to what the registration asks for, and who may administer the connector. */
import { graphPermissions, type GraphPermission } from "../graphPermissions.ts";
import { registrationByHand } from "../integration.ts";
import { registrationName } from "../resourceNames.ts";
import { publicUrlOf, type Deployment } from "./deployment.ts";
import { AFTER, lines, type Task } from "./task.ts";

/** A shell command that looks the registration's client id up by its whole name; `--display-name` would find longer ones. */
export const clientIdCommand = (deployment: Parameters<typeof registrationName>[0]): string =>
  `az ad app list --filter "displayName eq '${registrationName(deployment)}'" --query "[0].appId" --output tsv`;

/** The registration's client id for a shell command: the hospital's own, or what looks it up. */
export const clientIdOf = (deployment: Deployment): string =>
  deployment.microsoft.registration?.clientId ?? `$(${clientIdCommand(deployment)})`;

const KINDS = { Role: "application", Scope: "delegated" } as const;

const permissionLine = ({ value, kind, purpose }: GraphPermission): string =>
  `#   ${value} (${KINDS[kind]}): ${purpose}`;

/** What the program does not change in a registration that the hospital has already, because others may use it, too. */
export function ownRegistration(deployment: Deployment): readonly Task[] {
  const { name, microsoft, features } = deployment;
  const wanted = registrationByHand(microsoft.registration, features, publicUrlOf(deployment));
  if (wanted === "nothing") return [];
  return [
    {
      title: "The hospital's own registration",
      when: AFTER,
      who: "an owner of the registration, or a Cloud Application Administrator",
      why: "Its redirect addresses and permissions are left as they are, so the connector's are added by hand.",
      text: lines(
        `pulumi stack output registrationByHand --json --stack ${name}   # the same, with the site's name`,
        "",
        `# Entra admin center, App registrations, ${wanted.clientId}:`,
        `# Authentication, Web, Redirect URIs:  ${wanted.redirectUri}`,
        "# Token configuration, groups claim:   directory roles, in the ID token",
        "# Token configuration, optional claims: acct in the ID token, without which the portal lets nobody in;",
        "#   acct and idtyp in the access token, without which it answers no program",
        "# Manifest, requestedAccessTokenVersion: 2",
        "# API permissions, Microsoft Graph:",
        graphPermissions(features)
          .toSorted((one, other) => one.kind.localeCompare(other.kind))
          .map(permissionLine),
      ),
    },
  ];
}

/** https://learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent */
export function adminConsent(deployment: Deployment): readonly Task[] {
  const { tenantId, consent } = deployment.microsoft;
  if (consent === "granted") return [];
  return [
    {
      title: "Consent in Entra",
      when: AFTER,
      who: "a Privileged Role Administrator or Global Administrator of the directory",
      why: "Until then Graph refuses to open meetings. Consent again whenever a release asks for more.",
      text: lines(
        "# It consents to these permissions of Microsoft Graph, and to no others:",
        graphPermissions(deployment.features).map(permissionLine),
        `az login --tenant ${tenantId} --allow-no-subscriptions`,
        `CLIENT_ID=${clientIdOf(deployment)}`,
        'az ad app permission admin-consent --id "$CLIENT_ID"',
        "",
        "# Or in a browser, at the address that this prints. It ends at the connector's sign-in page,",
        "# which was not asked for anything and says so: the consent is given all the same.",
        `echo "https://login.microsoftonline.com/${tenantId}/adminconsent?client_id=$CLIENT_ID"`,
      ),
    },
  ];
}

export function administrators(deployment: Deployment): readonly Task[] {
  return [
    {
      title: "Who administers the connector",
      when: AFTER,
      who: "a Cloud Application Administrator, or an owner of the enterprise application",
      why: "Global Administrators may at once. Everybody else needs one of the connector's roles.",
      text: lines(
        "# Entra admin center, Enterprise applications, the one with this client id, Users and groups,",
        "# Add user/group: Connector administrator, Report reader, or Operator, who asks by a program how it stands;",
        "# whoever runs pulumi up has that one already.",
        `echo ${clientIdOf(deployment)}`,
      ),
    },
  ];
}
