/** The hospital's directory: consent to what the registration asks for, and who may administer the connector. */
import { graphPermissions } from "../../../components/permissions.ts";
import type { StackSettings } from "../../../stack.ts";
import { AFTER, lines, type Deployment, type Task } from "./task.ts";

/** As the program names a registration that it makes; the directory has no second one of that name. */
const displayNameOf = ({ tenant, environment }: StackSettings): string =>
  ["Teams EHR connector", tenant, environment].join(" ");

/** Says the registration's client id in a shell's words: the stack's own, or looked up by its name. */
export const clientIdOf = (stack: StackSettings): string =>
  stack.microsoft.registration?.clientId ??
  `$(az ad app list --filter "displayName eq '${displayNameOf(stack)}'" --query "[0].appId" --output tsv)`;

/** https://learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent */
export function adminConsent({ stack }: Deployment): readonly Task[] {
  const { tenantId, consent } = stack.microsoft;
  if (consent === "granted") return [];
  const kinds = { Role: "application", Scope: "delegated" } as const;
  return [
    {
      title: "Consent in Entra",
      when: AFTER,
      who: "a Privileged Role Administrator or Global Administrator of the directory",
      why: "Until then Graph refuses to open meetings. Consent again whenever a release asks for more.",
      text: lines(
        "# It consents to these permissions of Microsoft Graph, and to no others:",
        graphPermissions(stack).map(({ value, kind }) => `#   ${value} (${kinds[kind]})`),
        `az login --tenant ${tenantId} --allow-no-subscriptions`,
        `CLIENT_ID=${clientIdOf(stack)}`,
        'az ad app permission admin-consent --id "$CLIENT_ID"',
        "",
        "# Or in a browser, at the address that this prints. It ends at the connector's sign-in page,",
        "# which was not asked for anything and says so: the consent is given all the same.",
        `echo "https://login.microsoftonline.com/${tenantId}/adminconsent?client_id=$CLIENT_ID"`,
      ),
    },
  ];
}

export function administrators({ stack }: Deployment): readonly Task[] {
  return [
    {
      title: "Who administers the connector",
      when: AFTER,
      who: "a Cloud Application Administrator, or an owner of the enterprise application",
      why: "Global Administrators may at once. Everybody else needs one of the connector's roles.",
      text: lines(
        "# Entra admin center, Enterprise applications, the one with this client id, Users and groups,",
        "# Add user/group: Connector administrator, or Report reader.",
        `echo ${clientIdOf(stack)}`,
      ),
    },
  ];
}
