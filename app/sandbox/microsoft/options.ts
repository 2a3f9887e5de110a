import type { SandboxPerson } from "./people.ts";

/** What the stand-in is told: one tenant, its app registration, the managed identity, the vault, the access policy. */
export interface MicrosoftOptions {
  readonly tenantId: string;
  readonly registration: Registration;
  /** Who else asks for tokens. */
  readonly programs?: readonly Program[];
  /** The user-assigned managed identity. */
  readonly identity: ManagedIdentity;
  /** Left out: the cast of {@link defaultPeople}. */
  readonly people?: readonly SandboxPerson[];
  readonly vault: VaultOptions;
  /** Object ids of the organizers that the tenant's application access policy lets the registration act for. */
  readonly accessPolicy: { readonly organizers: "everyone" | readonly string[] };
  /** Whether `getVirtualAppointmentJoinWebUrl` answers an app-only token; Microsoft's pages disagree, so: refused. */
  readonly virtualAppointmentJoinUrl?: "refused" | "app-only";
}

export interface ManagedIdentity {
  readonly clientId: string;
  readonly principalId: string;
}

export interface Registration {
  readonly clientId: string;
  /** Object id of its service principal, which tokens of the application itself name. Left out: the client id. */
  readonly servicePrincipalId?: string;
  /** Compared character by character. */
  readonly redirectUris: readonly string[];
  /** Left out: the one a deployment would have, with this stand-in's own issuer and the identity as subject. */
  readonly federatedCredentials?: readonly FederatedCredential[];
  /** Graph application permissions that an administrator consented to, such as OnlineMeetings.ReadWrite.All. */
  readonly grantedRoles: readonly string[];
  /**
   * What its ID tokens say because it asks for it: `acct` as an optional claim, `wids` by groupMembershipClaims. Left out:
   * both, as a deployment asks.
   */
  readonly idTokenSays?: readonly ("acct" | "wids")[];
  /** Values of its app roles: nobody holds another one. Left out: those that a deployment makes. */
  readonly appRoles?: readonly string[];
  /** Its own API. Left out: as a deployment makes it. */
  readonly api?: Api;
}

/** What a registration offers to programs. */
export interface Api {
  readonly identifierUris: readonly string[];
  /** Values of the scopes that an application may ask for without anybody's consent, by its client id. */
  readonly preAuthorized: Readonly<Record<string, readonly string[]>>;
  /** Optional claims of its access tokens. */
  readonly accessTokenSays: readonly ("acct" | "idtyp")[];
}

/** A registration of somebody else in the directory, which proves itself by the managed identity, too. */
export interface Program {
  readonly clientId: string;
  readonly servicePrincipalId: string;
  /** Values of the connector's app roles that it was given. */
  readonly roles: readonly string[];
}

export interface FederatedCredential {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
}

export interface VaultOptions {
  readonly name: string;
  /** Azure roles of the managed identity on the vault. Left out: what a deployment grants, the two User roles. */
  readonly roles?: readonly VaultRole[];
  /** Made at the first start; a key that was kept from an earlier start stays as it is. */
  readonly keys: readonly { readonly name: string; readonly kind: "RSA" | "EC" }[];
  readonly secrets: Readonly<Record<string, string>>;
}

export type VaultRole =
  | "Key Vault Crypto User"
  | "Key Vault Crypto Officer"
  | "Key Vault Secrets User"
  | "Key Vault Secrets Officer";

/** Known once the stand-in listens. */
export interface Origins {
  readonly pages: string;
  readonly backChannel: string;
}
