/**
 * What an administrator copies into Oracle's code console for each connection, and the deployment's own addresses. They are
 * made from the public address alone, so that they can be read before Oracle has registered anything.
 */
import type { Environment } from "./environment.ts";
import { launchCallbackPath, launchPath, PATHS } from "./addresses.ts";
import { fhirBaseUrl } from "./fhirBaseUrl.ts";
import { graphPermissions, type GraphFeatures } from "./graphPermissions.ts";
import type { ConfiguredClient, Connection } from "./hospital.ts";
import { systemScopes } from "./scopes.ts";

export interface IntegrationRecord {
  readonly connection: string;
  readonly name: string;
  readonly environment: "test" | "production";
  readonly fhirBaseUrl: string;
  readonly status: "registered" | "awaiting registration";
  readonly launchUrl: string;
  readonly redirectUrl: string;
  readonly jwksUrl: string;
  readonly clientId: string | null;
  /** A registration of its own, of the type System, by which the connector reads and writes without a person. */
  readonly system: {
    readonly status: "registered" | "awaiting registration";
    readonly clientId: string | null;
    readonly scopes: readonly string[];
  };
}

export interface Addresses {
  readonly launch: { readonly production?: string; readonly test?: string };
  readonly signInRedirect: string;
  readonly jwks: string;
  readonly portal: string;
  /** In a test deployment only: the public part of its key `evidence`, for production's testStack.evidenceKeys. */
  readonly evidenceKeys?: string;
}

/** What a person adds in Entra to a registration of the hospital's own. */
export interface RegistrationByHand {
  readonly clientId: string;
  /** To add to the platform Web, besides the redirect addresses that are there. */
  readonly redirectUri: string;
  /** Application permissions of Microsoft Graph. */
  readonly applicationPermissions: readonly string[];
  readonly delegatedPermissions: readonly string[];
}

/**
 * @param registration the hospital's own registration
 * @param publicUrl origin of the connector, without a final slash
 * @returns undefined where the program makes the registration itself
 */
export function registrationByHand(
  registration: { readonly clientId: string } | undefined,
  features: GraphFeatures,
  publicUrl: string,
): RegistrationByHand | "nothing" {
  if (registration === undefined) return "nothing";
  const asked = (wanted: "Role" | "Scope") =>
    graphPermissions(features)
      .filter(({ kind }) => kind === wanted)
      .map(({ value }) => value);
  return {
    clientId: registration.clientId,
    redirectUri: publicUrl + PATHS.signInCallback,
    applicationPermissions: asked("Role"),
    delegatedPermissions: asked("Scope"),
  };
}

/** @param publicUrl origin of the connector, without a final slash */
export function addresses(environment: Environment, publicUrl: string): Addresses {
  const launch = (chart: "test" | "production") => publicUrl + launchPath(environment, chart);
  return {
    launch:
      environment === "test"
        ? { test: launch("test") }
        : { production: launch("production"), test: launch("test") },
    signInRedirect: publicUrl + PATHS.signInCallback,
    jwks: publicUrl + PATHS.keySet,
    portal: publicUrl + PATHS.portal,
    ...(environment === "test" && { evidenceKeys: publicUrl + PATHS.evidenceKeys }),
  };
}

/** What is used of a connection, whether it comes from the stack file or the portal. */
export interface Recorded extends Pick<
  Connection,
  "environment" | "fhirBaseUrl" | "id" | "name" | "writeBack"
> {
  readonly provider?: RecordedClient | undefined;
  readonly system?: RecordedClient | undefined;
}
type RecordedClient = Pick<ConfiguredClient, "clientId" | "scopes"> & {
  readonly authentication: Pick<ConfiguredClient["authentication"], "method">;
};

/**
 * What to enter for one connection.
 * @param environment the deployment's environment
 * @param publicUrl origin of the connector, without a final slash
 */
export function integrationRecord(
  environment: Environment,
  connection: Recorded,
  publicUrl: string,
): IntegrationRecord {
  // In the form in which the connector compares it with a launch: host in lower case, no slash at the end.
  const base = fhirBaseUrl(connection.fhirBaseUrl, { loopback: true });
  return {
    connection: connection.id,
    name: connection.name,
    environment: connection.environment,
    fhirBaseUrl: base.ok ? base.url : connection.fhirBaseUrl,
    status: connection.provider === undefined ? "awaiting registration" : "registered",
    launchUrl: publicUrl + launchPath(environment, connection.environment),
    redirectUrl: publicUrl + launchCallbackPath(connection.id),
    jwksUrl: publicUrl + PATHS.keySet,
    clientId: connection.provider?.clientId ?? null,
    system: {
      status: connection.system === undefined ? "awaiting registration" : "registered",
      clientId: connection.system?.clientId ?? null,
      scopes: systemScopes(environment, connection),
    },
  };
}
