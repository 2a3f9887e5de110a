import { createHash } from "node:crypto";
import type { Faults } from "../faults.ts";
import type { ManagedIdentity, MicrosoftOptions, Origins, Registration } from "../options.ts";
import type { SandboxPerson } from "../people.ts";
import type { Tokens } from "./tokens.ts";

/** What the tenant's parts share. Registrations and identities are asked for at each request, so they may change. */
export interface Tenant {
  readonly options: Pick<MicrosoftOptions, "tenantId" | "accessPolicy" | "virtualAppointmentJoinUrl">;
  readonly people: readonly SandboxPerson[];
  readonly tokens: Tokens;
  readonly faults: Faults;
  /** What tokens may be for, beside Graph. */
  readonly resources: readonly string[];
  readonly now: () => Date;
  /** By client id. */
  registration(clientId: string): TrustingRegistration | undefined;
  /** Values of the app roles of the registration of that client id that somebody was given by a deployment. */
  rolesHeld(objectId: string, clientId: string): readonly string[];
  /** By client id. */
  identity(clientId: string): ManagedIdentity | undefined;
  origins(): Origins;
}

/** A registration that says whose tokens prove it, and what its own tokens say. */
export type TrustingRegistration = Registration &
  Required<Pick<Registration, "federatedCredentials" | "idTokenSays" | "appRoles" | "api">>;

/** Of an application that signs nobody in and has no API. */
export const NOTHING_OFFERED = {
  redirectUris: [],
  grantedRoles: [],
  idTokenSays: [],
  appRoles: [],
  api: { identifierUris: [], preAuthorized: {}, accessTokenSays: [] },
} as const satisfies Partial<TrustingRegistration>;

export function issuer(tenant: Tenant, tenantId: string = tenant.options.tenantId): string {
  return `${tenant.origins().backChannel}/${tenantId}/v2.0`;
}

/** Graph application permissions as consented to at this moment. */
export function grantedRoles(tenant: Tenant, registration: Registration): readonly string[] {
  const { grantedRoles: granted } = registration;
  return tenant.faults.current().profileConsent === "missing"
    ? granted.filter((role) => !role.startsWith("User.Read"))
    : granted;
}

export function isForeign(tenant: Tenant, person: Pick<SandboxPerson, "tid">): boolean {
  return person.tid !== tenant.options.tenantId;
}

/** Entra's `sub` is another one for each application, so nobody may use it to recognize a person elsewhere. */
export function pairwiseSubject(person: Pick<SandboxPerson, "oid">, clientId: string): string {
  return createHash("sha256")
    .update(person.oid + clientId)
    .digest("base64url");
}
