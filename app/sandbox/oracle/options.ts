import type { JSONWebKeySet } from "jose";

/** A domain of the health system: what Oracle calls a tenant. Its id is a path segment and not always a UUID. */
export interface OracleTenant {
  readonly id: string;
  readonly environment: "test" | "production";
}

/** One registration in Oracle's code console. A registration has one persona, so a product has several. */
export interface RegisteredClient {
  readonly clientId: string;
  readonly persona: "provider" | "system";
  readonly redirectUris: readonly string[];
  /** Where PowerChart sends the browser with `iss` and `launch`; a system client has none. */
  readonly launchUrl?: string;
  readonly authentication: { readonly jwksUrl: string } | { readonly secret: string };
  /** What the registration may be granted; asking for more is trimmed without a word, as Oracle does. */
  readonly scopes: readonly string[];
  /** Tenants that have enabled the application; without it, all have. */
  readonly tenants?: readonly string[];
  /** Without it, the one that is spoken here: what is registered for another knows none of the tenants. */
  readonly smart?: "v1" | "v2";
}

export interface OracleOptions {
  readonly tenants: readonly [OracleTenant, ...OracleTenant[]];
  readonly clients: readonly RegisteredClient[];
  /** Reads a client's published keys; by default over http(s), each time an unknown key is named. */
  readonly fetchJwks?: (url: string) => Promise<JSONWebKeySet>;
}

export function isEnabled(client: RegisteredClient, tenant: string): boolean {
  if (client.smart === "v2") return false;
  return client.tenants === undefined || client.tenants.includes(tenant);
}
