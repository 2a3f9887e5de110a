/**
 * What an administrator copies into Oracle's code console for each connection, and the deployment's own addresses. Placed
 * and joined from the public address alone, so that it can be read before Oracle has registered anything.
 */
import { graphPermissions } from "./graphPermissions.ts";
import type { StackSettings } from "../../infra/stack.ts";

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
}

export interface Addresses {
  readonly launch: { readonly production?: string; readonly test?: string };
  readonly signInRedirect: string;
  readonly jwks: string;
  readonly portal: string;
}

/** What a person adds in Entra to a registration of the hospital's own. */
export interface RegistrationByHand {
  readonly clientId: string;
  /** Of the platform Web, beside those that are there. */
  readonly redirectUri: string;
  /** Of Microsoft Graph. */
  readonly applicationPermissions: readonly string[];
  readonly delegatedPermissions: readonly string[];
}

/** Nothing where the program makes the registration itself. */
export function registrationByHand(stack: StackSettings, publicUrl: string): RegistrationByHand | "nothing" {
  const { registration } = stack.microsoft;
  if (registration === undefined) return "nothing";
  const asked = (wanted: "Role" | "Scope") =>
    graphPermissions(stack)
      .filter(({ kind }) => kind === wanted)
      .map(({ value }) => value);
  return {
    clientId: registration.clientId,
    redirectUri: addresses(stack, publicUrl).signInRedirect,
    applicationPermissions: asked("Role"),
    delegatedPermissions: asked("Scope"),
  };
}

/** @param publicUrl origin of the connector, without a final slash. */
export function addresses(stack: StackSettings, publicUrl: string): Addresses {
  return {
    launch:
      stack.environment === "test"
        ? { test: publicUrl + "/launch/provider" }
        : { production: publicUrl + "/launch/provider", test: publicUrl + "/launch/test" },
    signInRedirect: publicUrl + "/signin/callback",
    jwks: publicUrl + "/.well-known/jwks.json",
    portal: publicUrl + "/portal",
  };
}

export function integrationRecords(stack: StackSettings, publicUrl: string): IntegrationRecord[] {
  const { launch, jwks } = addresses(stack, publicUrl);
  return (stack.connections ?? []).map((connection) => ({
    connection: connection.id,
    name: connection.name,
    environment: connection.environment,
    fhirBaseUrl: connection.fhirBaseUrl,
    status: connection.provider === undefined ? "awaiting registration" : "registered",
    launchUrl: launch[connection.environment] ?? "",
    redirectUrl: publicUrl + "/launch/callback/" + connection.id,
    jwksUrl: jwks,
    clientId: connection.provider?.clientId ?? null,
  }));
}
