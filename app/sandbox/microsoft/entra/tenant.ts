import { createHash } from "node:crypto";
import type { Faults } from "../faults.ts";
import type { FederatedCredential, MicrosoftOptions, Origins } from "../options.ts";
import type { SandboxPerson } from "../people.ts";
import type { Tokens } from "./tokens.ts";

/** What the tenant's parts share. */
export interface Tenant {
  readonly options: MicrosoftOptions;
  readonly people: readonly SandboxPerson[];
  readonly tokens: Tokens;
  readonly faults: Faults;
  readonly redirectUris: Set<string>;
  readonly now: () => Date;
  origins(): Origins;
}

export function issuer(tenant: Tenant, tenantId: string = tenant.options.tenantId): string {
  return `${tenant.origins().backChannel}/${tenantId}/v2.0`;
}

export function federatedCredential(tenant: Tenant): FederatedCredential {
  return (
    tenant.options.registration.federatedCredential ?? {
      issuer: issuer(tenant),
      subject: tenant.options.identity.principalId,
      audience: "api://AzureADTokenExchange",
    }
  );
}

/** Graph application permissions as consented to at this moment. */
export function grantedRoles(tenant: Tenant): readonly string[] {
  const { grantedRoles: granted } = tenant.options.registration;
  return tenant.faults.current().profileConsent === "missing"
    ? granted.filter((role) => !role.startsWith("User.Read"))
    : granted;
}

export function isForeign(tenant: Tenant, person: SandboxPerson): boolean {
  return person.tid !== tenant.options.tenantId;
}

/** Entra's `sub` is another one for each application, so nobody may use it to recognize a person elsewhere. */
export function pairwiseSubject(person: SandboxPerson, clientId: string): string {
  return createHash("sha256")
    .update(person.oid + clientId)
    .digest("base64url");
}
