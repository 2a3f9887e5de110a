/**
 * What people do beside `pulumi up`, done here in their place: consent in Entra, secrets in the vault, records in the DNS.
 */
import { PATHS } from "../../app/domain/addresses.ts";
import { graphPermissions } from "../../app/domain/graphPermissions.ts";
import { azure } from "./azure/resourceTypes/require.ts";
import type { DnsRecord } from "../components/mailDomain.ts";
import { groupAt, isGroup, listAt, saidAt, textAt, type Json } from "./azure/controlPlane/json.ts";
import type { CloudResource } from "./azure/controlPlane/model.ts";
import { APPLICATION, ASSIGNMENT, serviceOf } from "./azure/entra/applications.ts";
import { PUBLISHED } from "./azure/entra/directory.ts";
import { SERVICE_PRINCIPAL } from "./azure/entra/principals.ts";
import type { Azure } from "./startInMemoryAzure.ts";
import { featuresOf } from "../stack/choices.ts";
import type { StackSettings } from "../stack.ts";

/**
 * In a registration of the hospital's own, adds the redirect address, the permissions, the claims and the version of its
 * access tokens, as the instructions say.
 */
export function byHandInEntra(
  { cloud }: Pick<Azure, "cloud">,
  stack: StackSettings,
  publicUrl: string,
): void {
  const { microsoft } = stack;
  const application = cloud.find("/applications/" + (microsoft.registration?.objectId ?? ""));
  if (application === undefined) return;
  const resourceAccesses = graphPermissions(featuresOf(stack)).map(({ id, kind }) => ({ id, type: kind }));
  cloud.put({
    ...application,
    properties: {
      ...application.properties,
      web: { redirectUris: [publicUrl + PATHS.signInCallback] },
      optionalClaims: { idTokens: [{ name: "acct" }], accessTokens: [{ name: "acct" }, { name: "idtyp" }] },
      groupMembershipClaims: ["DirectoryRole"],
      api: { ...groupAt(application.properties, "api"), requestedAccessTokenVersion: 2 },
      requiredResourceAccesses: [{ resourceAppId: PUBLISHED.MicrosoftGraph, resourceAccesses }],
    },
  });
}

/** What "Grant admin consent" does: grants every application permission that the registration asks for. */
export function consent({ cloud }: Pick<Azure, "cloud">): void {
  for (const application of cloud.all(APPLICATION)) {
    const own = serviceOf(saidAt(application.properties, "clientId"), cloud);
    for (const access of listAt(application.properties, "requiredResourceAccesses")) {
      const service = serviceOf(saidAt(access, "resourceAppId"), cloud);
      if (own === undefined || service === undefined) continue;
      for (const asked of listAt(access, "resourceAccesses").filter(isGroup))
        if (asked["type"] === "Role") cloud.put(assignment(own, service, saidAt(asked, "id")));
    }
  }
}

const assignment = (holder: CloudResource, service: CloudResource, appRoleId: string): CloudResource => ({
  id: `/servicePrincipals/${service.name}/appRoleAssignedTo/${holder.name}-${appRoleId}`,
  token: ASSIGNMENT,
  name: `${holder.name}-${appRoleId}`,
  properties: { principalObjectId: holder.name, resourceObjectId: service.name, appRoleId },
});

/** Copies what Oracle issued into the vault, under the names that the stack gives. */
export async function putSecrets(
  { cloud, vaults }: Pick<Azure, "cloud" | "vaults">,
  secrets: ReadonlyMap<string, string>,
): Promise<void> {
  const [vault] = cloud.all(azure("keyvault:Vault"));
  if (vault === undefined || secrets.size === 0) return;
  const contents = await vaults.contents(vault.name);
  for (const [name, value] of secrets)
    if (contents.secretVersions(name).at(-1)?.value !== value) await contents.setSecret(name, value);
}

/**
 * Creates the DNS records that `up` outputs, and lets Azure check them: a mail domain is verified when its records are as
 * Azure asked.
 */
export async function verifyMailDomain(
  { cloud }: Pick<Azure, "cloud">,
  made: readonly DnsRecord[],
): Promise<void> {
  const verified = { status: "Verified" };
  for (const domain of cloud.all(azure("communication:Domain"))) {
    if (textAt(domain.properties, "domainManagement") !== "CustomerManaged") continue;
    const wanted = Object.entries(groupAt(domain.properties, "verificationRecords"));
    const seen = wanted.filter(([, record]) => made.some((one) => answers(one, record, domain.name)));
    await cloud.change(domain.id, {
      verificationStates: Object.fromEntries(seen.map(([which]) => [which, verified])),
    });
  }
}

/** Whether a record that was made is the one that Azure asked for; Azure writes a DKIM record's name without the domain. */
function answers(made: DnsRecord, wanted: Json, domain: string): boolean {
  const [name, type, value] = ["name", "type", "value"].map((key) => textAt(wanted, key));
  return (
    (made.name === name || made.name === `${name ?? ""}.${domain}`) &&
    made.type === type &&
    made.value === value
  );
}

/** A registration that the stack file names exists before the deployment. */
export function existingRegistration({ microsoft }: StackSettings): readonly CloudResource[] {
  const { registration } = microsoft;
  if (registration === undefined) return [];
  const { clientId, objectId, servicePrincipalId } = registration;
  const displayName = "Teams EHR connector";
  return [
    {
      id: "/applications/" + objectId,
      token: APPLICATION,
      name: objectId,
      properties: {
        objectId,
        clientId,
        displayName,
        signInAudience: "AzureADMyOrg",
        appRoles: [],
        web: { redirectUris: [] },
        requiredResourceAccesses: [],
      },
    },
    {
      id: "/servicePrincipals/" + servicePrincipalId,
      token: SERVICE_PRINCIPAL,
      name: servicePrincipalId,
      properties: { objectId: servicePrincipalId, clientId, displayName, appRoles: [] },
    },
  ];
}
