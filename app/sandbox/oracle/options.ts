/** The stand-in's options: its tenants and the applications that are registered. */
import type { JSONWebKeySet } from "jose";

/** A domain of the health system, which Oracle calls a tenant. Its id is a path segment, and not always a UUID. */
export interface OracleTenant {
  readonly id: string;
  readonly environment: "test" | "production";
}

/** One registration in Oracle's code console. A registration has one persona, so a product has several. */
export interface RegisteredClient {
  readonly clientId: string;
  readonly persona: "provider" | "system";
  readonly redirectUris: readonly string[];
  /** The address to which PowerChart sends the browser with `iss` and `launch`; a system client has none. */
  readonly launchUrl?: string;
  readonly authentication: { readonly jwksUrl: string } | { readonly secret: string };
  /** The scopes that the registration may be granted. Further ones are left out of the grant silently, as at Oracle. */
  readonly scopes: readonly string[];
  /** Tenants that have enabled the application. Left out: all have. */
  readonly tenants?: readonly string[];
  /**
   * The SMART version of the registration. Left out: the one that the stand-in speaks. A registration for the other version
   * is known to none of the tenants.
   */
  readonly smart?: "v1" | "v2";
}

export interface OracleOptions {
  readonly tenants: readonly [OracleTenant, ...OracleTenant[]];
  readonly clients: readonly RegisteredClient[];
  /** Reads a client's published keys whenever an unknown key is named; by default over http(s). */
  readonly fetchJwks?: (url: string) => Promise<JSONWebKeySet>;
}

export function isEnabled(client: RegisteredClient, tenant: string): boolean {
  if (client.smart === "v2") return false;
  return client.tenants === undefined || client.tenants.includes(tenant);
}
