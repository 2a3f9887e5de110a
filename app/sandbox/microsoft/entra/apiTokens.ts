/** Tokens for a registration's own API: a person's through the Azure CLI, and an application's own by client credentials. */
import type { SandboxPerson } from "../people.ts";
import { AadError } from "./aadError.ts";
import { isForeign, pairwiseSubject, versioned, type Tenant, type TrustingRegistration } from "./tenant.ts";

/** Client id of the Azure CLI, Microsoft's own application, the same in every directory. */
export const AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
const LIFETIME_SECONDS = 3599;

/** Claims by name; undefined leaves a claim out. */
export type OtherClaims = Readonly<Record<string, unknown>>;

/** The registration whose API a resource names: by its client id, or by one of its identifier URIs. */
export function apiOf(tenant: Tenant, resource: string): TrustingRegistration | undefined {
  const registration = tenant.registration(resource.replace(/^api:\/\//, ""));
  const names = [registration?.clientId, ...(registration?.api.identifierUris ?? [])];
  return names.includes(resource) ? registration : undefined;
}

/**
 * The token that `az account get-access-token --resource` gives to the account that is signed in to it.
 * @param other claims that replace the token's own
 * @throws AadError
 */
export function cliToken(
  tenant: Tenant,
  person: Pick<SandboxPerson, "oid" | "tid" | "kind" | "roles" | "userName">,
  resource: string,
  other: OtherClaims = {},
): Promise<string> {
  const registration = apiOf(tenant, resource);
  if (registration === undefined)
    throw new AadError(
      500011,
      "invalid_resource",
      `The resource principal named ${resource} was not found in the tenant named Lamna Healthcare.`,
    );
  const { api, clientId, appRoles } = registration;
  const scopes = api.preAuthorized[AZURE_CLI] ?? [];
  if (scopes.length === 0)
    throw new AadError(
      65001,
      "invalid_grant",
      `The user or administrator has not consented to use the application with ID '${AZURE_CLI}' named 'Microsoft Azure CLI'. Send an interactive authorization request for this user and resource.`,
    );
  if (isForeign(tenant, person))
    throw new AadError(50020, "invalid_grant", `User account '${person.userName}' does not exist in tenant.`);
  const held = [...person.roles, ...tenant.rolesHeld(person.oid, clientId)];
  const roles = held.filter((role) => appRoles.includes(role));
  return tenant.tokens.issue(
    {
      ...versioned(
        tenant,
        api.tokenVersion,
        { asked: resource, clientId },
        { clientId: AZURE_CLI, proof: "0" },
      ),
      tid: tenant.options.tenantId,
      oid: person.oid,
      sub: pairwiseSubject(person, clientId),
      scp: scopes.join(" "),
      ...(roles.length > 0 && { roles }),
      ...(api.accessTokenSays.includes("acct") && { acct: person.kind === "guest" ? 1 : 0 }),
      ...other,
    },
    LIFETIME_SECONDS,
  );
}

/**
 * The token that an application gets for itself.
 * @param resource as the application named the API
 */
export function ownToken(
  tenant: Tenant,
  client: TrustingRegistration,
  { clientId, api, appRoles }: TrustingRegistration,
  resource: string,
): Promise<string> {
  const principal = client.servicePrincipalId ?? client.clientId;
  const roles = tenant.rolesHeld(principal, clientId).filter((role) => appRoles.includes(role));
  return tenant.tokens.issue(
    {
      ...versioned(
        tenant,
        api.tokenVersion,
        { asked: resource, clientId },
        { clientId: client.clientId, proof: "2" },
      ),
      tid: tenant.options.tenantId,
      oid: principal,
      sub: principal,
      ...(roles.length > 0 && { roles }),
      ...(api.accessTokenSays.includes("idtyp") && { idtyp: "app" }),
    },
    LIFETIME_SECONDS,
  );
}
