/** The tenant: what its parts share, and what a token says of a person or an application. */
import { createHash } from "node:crypto";
import type { FaultMenu } from "../faults.ts";
import type { ManagedIdentity, MicrosoftOptions, Origins, Registration, TokenVersion } from "../options.ts";
import type { SandboxPerson } from "../people.ts";
import type { Tokens } from "./tokens.ts";

/** What the tenant's parts share. Registrations and identities are looked up at each request, so they may change. */
export interface Tenant {
  readonly options: Pick<MicrosoftOptions, "tenantId" | "accessPolicy" | "virtualAppointmentJoinUrl">;
  readonly people: readonly SandboxPerson[];
  readonly tokens: Tokens;
  readonly faults: FaultMenu;
  /** The resources besides Graph for which tokens are issued. */
  readonly resources: readonly string[];
  readonly now: () => Date;
  /** Looks up a registration by its client id. */
  registration(clientId: string): TrustingRegistration | undefined;
  /** Values of that registration's app roles that a deployment has assigned to the account. */
  rolesHeld(objectId: string, clientId: string): readonly string[];
  /** Looks up a managed identity by its client id. */
  identity(clientId: string): ManagedIdentity | undefined;
  origins(): Origins;
}

/** A registration with the credentials that prove it, and with what its own tokens say. */
export type TrustingRegistration = Registration &
  Required<Pick<Registration, "federatedCredentials" | "idTokenSays" | "appRoles" | "api">>;

/** For an application that signs nobody in and has no API. */
export const NOTHING_OFFERED = {
  redirectUris: [],
  grantedRoles: [],
  idTokenSays: [],
  appRoles: [],
  api: { identifierUris: [], preAuthorized: {}, accessTokenSays: [], tokenVersion: "1.0" },
} as const satisfies Partial<TrustingRegistration>;

export function issuer(tenant: Tenant, tenantId: string = tenant.options.tenantId): string {
  return `${tenant.origins().backChannel}/${tenantId}/v2.0`;
}

/**
 * How an access token names its version, its issuer, the API that it is for and the application that asked for it
 * (https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference).
 * @param asked the API, as it was named in the request for the token
 * @param by the application, and how it proved itself
 */
export function versioned(
  tenant: Tenant,
  version: TokenVersion,
  { asked, clientId }: { readonly asked: string; readonly clientId: string },
  by: { readonly clientId: string; readonly proof: "0" | "2" },
) {
  return version === "2.0"
    ? { ver: version, iss: issuer(tenant), aud: clientId, azp: by.clientId, azpacr: by.proof }
    : {
        ver: version,
        iss: `https://sts.windows.net/${tenant.options.tenantId}/`,
        aud: asked,
        appid: by.clientId,
        appidacr: by.proof,
      };
}

/** The Graph application permissions that are consented to now. */
export function grantedRoles(tenant: Tenant, registration: Registration): readonly string[] {
  const { grantedRoles: granted } = registration;
  return tenant.faults.current().profileConsent === "missing"
    ? granted.filter((role) => !role.startsWith("User.Read"))
    : granted;
}

export function isForeign(tenant: Tenant, person: Pick<SandboxPerson, "tid">): boolean {
  return person.tid !== tenant.options.tenantId;
}

/** Entra's `sub` differs for each application, so that it cannot be used to recognize a person in another one. */
export function pairwiseSubject(person: Pick<SandboxPerson, "oid">, clientId: string): string {
  return createHash("sha256")
    .update(person.oid + clientId)
    .digest("base64url");
}
