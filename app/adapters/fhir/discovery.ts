/** Discovery (facts of SMART and of live servers): FHIR R4 with appointments, and where one signs in. */
import { z } from "zod";
import { isLoopback } from "../../domain/fhirBaseUrl.ts";
import type { ConfiguredConnection } from "../../domain/hospital.ts";
import type { Probe, SignInEndpoints } from "../../ports/ehr.ts";
import { Unreachable, type Send } from "./send.ts";

const OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris";

const capabilitySchema = z.object({
  resourceType: z.literal("CapabilityStatement"),
  fhirVersion: z.string(),
  implementation: z.object({ url: z.string().optional() }).optional(),
  rest: z
    .array(
      z.object({
        security: z
          .object({
            extension: z
              .array(
                z.object({
                  url: z.string(),
                  extension: z
                    .array(z.object({ url: z.string(), valueUri: z.string().optional() }))
                    .optional(),
                }),
              )
              .optional(),
          })
          .optional(),
        resource: z
          .array(
            z.object({ type: z.string(), interaction: z.array(z.object({ code: z.string() })).optional() }),
          )
          .optional(),
      }),
    )
    .min(1),
});
type Capability = z.output<typeof capabilitySchema>;

// Oracle's own reference lacks issuer, capabilities and the PKCE fields, so they are optional here.
const smartSchema = z.object({
  issuer: z.string().optional(),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  jwks_uri: z.string().optional(),
});

class NotUsable extends Error {}

export async function probe(send: Send, connection: ConfiguredConnection, loopback: boolean): Promise<Probe> {
  try {
    const capability = await readCapability(send, connection.fhirBaseUrl);
    const endpoints = await readEndpoints(send, connection.fhirBaseUrl, capability);
    checkEndpoints(endpoints, connection, loopback);
    return { ok: true, endpoints, warnings: warnings(capability, connection.fhirBaseUrl) };
  } catch (error) {
    if (error instanceof NotUsable) return { ok: false, reason: error.message };
    if (error instanceof Unreachable) return { ok: false, reason: reachFault(error) };
    throw error;
  }
}

async function readCapability(send: Send, base: string): Promise<Capability> {
  const answer = await send({
    method: "GET",
    url: base + "/metadata",
    headers: { accept: "application/fhir+json" },
  });
  if (answer.status !== 200)
    throw new NotUsable("/metadata answered " + String(answer.status) + " instead of 200");
  const parsed = capabilitySchema.safeParse(json(answer.body));
  if (!parsed.success) throw new NotUsable("/metadata is not a FHIR CapabilityStatement");
  if (!parsed.data.fhirVersion.startsWith("4.0"))
    throw new NotUsable(
      "the server speaks FHIR " + parsed.data.fhirVersion + "; the connector needs R4 (4.0)",
    );
  const appointment = parsed.data.rest[0]?.resource?.find(({ type }) => type === "Appointment");
  if (!(appointment?.interaction ?? []).some(({ code }) => code === "search-type"))
    throw new NotUsable("the server offers no search of appointments");
  return parsed.data;
}

async function readEndpoints(send: Send, base: string, capability: Capability): Promise<SignInEndpoints> {
  const answer = await send({
    method: "GET",
    url: base + "/.well-known/smart-configuration",
    headers: { accept: "application/json" },
  });
  const smart = smartSchema.safeParse(json(answer.body));
  if (answer.status !== 200 || !smart.success) return endpointsOfCapability(capability);
  const absolute = (url: string) => new URL(url, base + "/").href;
  return {
    ...(smart.data.issuer !== undefined && { issuer: smart.data.issuer.replace(/\/$/, "") }),
    authorizationEndpoint: absolute(smart.data.authorization_endpoint),
    tokenEndpoint: absolute(smart.data.token_endpoint),
    ...(smart.data.jwks_uri !== undefined && { jwksUri: absolute(smart.data.jwks_uri) }),
  };
}

function endpointsOfCapability(capability: Capability): SignInEndpoints {
  const uris = capability.rest[0]?.security?.extension?.find(({ url }) => url === OAUTH_URIS)?.extension;
  const uri = (name: string) => uris?.find(({ url }) => url === name)?.valueUri;
  const authorizationEndpoint = uri("authorize");
  const tokenEndpoint = uri("token");
  if (authorizationEndpoint === undefined || tokenEndpoint === undefined)
    throw new NotUsable(
      "the server does not say where to sign in (no smart-configuration, no oauth-uris in /metadata)",
    );
  return { authorizationEndpoint, tokenEndpoint };
}

function checkEndpoints(
  endpoints: SignInEndpoints,
  connection: ConfiguredConnection,
  loopback: boolean,
): void {
  for (const url of [endpoints.authorizationEndpoint, endpoints.tokenEndpoint, endpoints.jwksUri])
    if (url !== undefined && !isSafe(url, loopback))
      throw new NotUsable("a sign-in address is not an https address");
  const { signIn } = connection;
  if (
    signIn !== undefined &&
    (signIn.authorizationEndpoint !== endpoints.authorizationEndpoint ||
      signIn.tokenEndpoint !== endpoints.tokenEndpoint)
  )
    throw new NotUsable("the sign-in addresses differ from those the settings insist on (signIn)");
}

function isSafe(text: string, loopback: boolean): boolean {
  const url = URL.parse(text);
  return (
    url !== null &&
    (url.protocol === "https:" || (loopback && url.protocol === "http:" && isLoopback(url.hostname)))
  );
}

function warnings(capability: Capability, base: string): string[] {
  const own = capability.implementation?.url?.replace(/\/$/, "");
  return own === undefined || own === base
    ? []
    : ["the server calls itself by another address than the base URL"];
}

function reachFault(error: Unreachable): string {
  const cause = error.cause instanceof Error && "code" in error.cause ? String(error.cause.code) : undefined;
  return cause === undefined ? error.message : [error.message, " (", cause, ")"].join("");
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
