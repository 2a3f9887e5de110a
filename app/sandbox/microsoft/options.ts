/** The stand-in's options: one tenant with its app registration, the managed identity, the vault and the access policy. */
import type { SandboxPerson } from "./people.ts";

export interface MicrosoftOptions {
  readonly tenantId: string;
  readonly registration: Registration;
  /** Other applications that request tokens. */
  readonly programs?: readonly Program[];
  /** The user-assigned managed identity. */
  readonly identity: ManagedIdentity;
  /** Left out: the people of {@link defaultPeople}. */
  readonly people?: readonly SandboxPerson[];
  readonly vault: VaultOptions;
  /** Object ids of the organizers for whom the tenant's application access policy lets the registration act. */
  readonly accessPolicy: { readonly organizers: "everyone" | readonly string[] };
  /**
   * Whether `getVirtualAppointmentJoinWebUrl` answers an app-only token. Microsoft's pages disagree, so the default is
   * `refused`.
   */
  readonly virtualAppointmentJoinUrl?: "refused" | "app-only";
}

export type TokenVersion = "1.0" | "2.0";

export interface ManagedIdentity {
  readonly clientId: string;
  readonly principalId: string;
}

export interface Registration {
  readonly clientId: string;
  /** Object id of the service principal, which the application's own tokens name. Left out: the client id. */
  readonly servicePrincipalId?: string;
  /** Redirect URIs, which are compared character by character. */
  readonly redirectUris: readonly string[];
  /** Left out: the credential that a deployment would have, with this stand-in's issuer and the identity as subject. */
  readonly federatedCredentials?: readonly FederatedCredential[];
  /** Graph application permissions that an administrator consented to, such as OnlineMeetings.ReadWrite.All. */
  readonly grantedRoles: readonly string[];
  /**
   * The claims that its ID tokens have because it asks for them: `acct` as an optional claim, `wids` by
   * groupMembershipClaims. Left out: both, as a deployment asks.
   */
  readonly idTokenSays?: readonly ("acct" | "wids")[];
  /** Values of its app roles; no account can hold any other. Left out: those that a deployment creates. */
  readonly appRoles?: readonly string[];
  /** Its own API. Left out: the API that a deployment creates. */
  readonly api?: Api;
}

/** What a registration offers to programs. */
export interface Api {
  readonly identifierUris: readonly string[];
  /** For each pre-authorized application, by its client id: the scopes that it may request without anybody's consent. */
  readonly preAuthorized: Readonly<Record<string, readonly string[]>>;
  /** Optional claims in its access tokens. */
  readonly accessTokenSays: readonly ("acct" | "idtyp")[];
  /** The version of its access tokens (`api.requestedAccessTokenVersion`). */
  readonly tokenVersion: TokenVersion;
}

/** Another registration in the directory, which also proves itself by the managed identity. */
export interface Program {
  readonly clientId: string;
  readonly servicePrincipalId: string;
  /** Values of the connector's app roles that are assigned to it. */
  readonly roles: readonly string[];
}

export interface FederatedCredential {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
}

export interface VaultOptions {
  readonly name: string;
  /** Azure roles of the managed identity on the vault. Left out: the two User roles, which a deployment grants. */
  readonly roles?: readonly VaultRole[];
  /** Created at the first start; a key that an earlier start created is kept. */
  readonly keys: readonly { readonly name: string; readonly kind: "RSA" | "EC" }[];
  readonly secrets: Readonly<Record<string, string>>;
}

export type VaultRole =
  | "Key Vault Crypto User"
  | "Key Vault Crypto Officer"
  | "Key Vault Secrets User"
  | "Key Vault Secrets Officer";

/** The stand-in's origins, known once it listens. */
export interface Origins {
  readonly pages: string;
  readonly backChannel: string;
}
