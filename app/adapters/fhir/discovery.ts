/**
 * Discovery, which knows what SMART requires and what live servers do: whether the server offers FHIR R4 with appointments,
 * and its sign-in addresses.
 */
import * as z from "zod";
import { isLoopback } from "../../domain/fhirBaseUrl.ts";
import type { ConfiguredConnection } from "../../domain/hospital.ts";
import type { Probe, ProbeObstacle, SignInEndpoints } from "../../ports/ehr.ts";
import { clockDifference, differenceInWords } from "../wire/clocks.ts";
import { listOf, parseJson, readMembers, text, Unreadable, type Reading } from "../wire/members.ts";
import { reachFault, reachObstacle, status, statusObstacle } from "./obstacles.ts";
import { isPage, Unreachable, type Incoming, type Send } from "./send.ts";

const OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris";

/** Tells a document of another kind, or of another FHIR version, from the expected one. */
const kindSchema = z.object({ resourceType: text.optional(), fhirVersion: text.optional() });

const capabilitySchema = z.object({
  implementation: z.object({ url: text.optional() }).optional(),
  rest: listOf(
    z.object({
      mode: text.optional(),
      security: z
        .object({
          extension: listOf(
            z.object({
              url: text,
              // DSTU2 servers use `valueUrl`.
              extension: listOf(
                z.object({ url: text, valueUri: text.optional(), valueUrl: text.optional() }),
              ).default([]),
            }),
          ).default([]),
        })
        .optional(),
      resource: listOf(
        z.object({ type: text, interaction: listOf(z.object({ code: text })).default([]) }),
      ).default([]),
    }),
  ).default([]),
});
type Capability = z.output<typeof capabilitySchema>;

// Oracle's own reference lacks issuer, capabilities and the PKCE fields, so they are optional here.
const smartSchema = z.object({
  issuer: text.optional(),
  authorization_endpoint: text.optional(),
  token_endpoint: text.optional(),
  jwks_uri: text.optional(),
});

/** The message is for an administrator. It names members and statuses, never what a server wrote. */
class NotUsable extends Error {
  readonly obstacle: ProbeObstacle;
  constructor(obstacle: ProbeObstacle, message: string) {
    super(message);
    this.obstacle = obstacle;
  }
  get why(): "unwell" | "addresses" {
    return LEADS_ELSEWHERE.includes(this.obstacle) ? "addresses" : "unwell";
  }
}

const LEADS_ELSEWHERE: readonly ProbeObstacle[] = ["unsafe-sign-in", "not-as-settings-say"];

export interface ProbeDeps {
  readonly send: Send;
  readonly now: () => Date;
  readonly loopback: boolean;
}

export async function probe(deps: ProbeDeps, connection: ConfiguredConnection): Promise<Probe> {
  try {
    const { capability, warnings } = await readCapability(deps, connection.fhirBaseUrl);
    const { endpoints, unsure } = await readEndpoints(deps.send, connection.fhirBaseUrl, capability);
    checkEndpoints(endpoints, connection, deps.loopback);
    return {
      ok: true,
      endpoints,
      warnings: [...warnings, ...(unsure === undefined ? [] : [unsure])],
      ...(unsure !== undefined && { unsure }),
    };
  } catch (error) {
    if (error instanceof NotUsable) {
      const { why, obstacle, message } = error;
      return { ok: false, why, obstacle, reason: message };
    }
    if (error instanceof Unreachable)
      return { ok: false, why: "unwell", obstacle: reachObstacle(error), reason: reachFault(error) };
    throw error;
  }
}

async function readCapability(
  { send, now }: ProbeDeps,
  base: string,
): Promise<{ readonly capability: Capability; readonly warnings: readonly string[] }> {
  const answer = await send({
    method: "GET",
    url: base + "/metadata",
    headers: { accept: "application/fhir+json" },
  });
  const ahead = clockDifference(answer.headers, now());
  if (answer.status !== 200)
    throw new NotUsable(statusObstacle(answer), "/metadata answered " + status(answer) + " instead of 200");
  const content = document(answer, "/metadata", "a FHIR CapabilityStatement");
  checkKind(content);
  const { value: capability } = readAs(capabilitySchema, content, "/metadata");
  if (!offersSearch(capability))
    throw new NotUsable("no-appointments", "the server offers no search of appointments");
  const warnings = [
    ...(isOtherAddress(capability, base)
      ? ["the server calls itself by another address than the base URL"]
      : []),
    ...(ahead === undefined ? [] : [differenceInWords(ahead, "the chart system")]),
  ];
  return { capability, warnings };
}

function checkKind(content: unknown): void {
  const { resourceType, fhirVersion } = readAs(kindSchema, content, "/metadata").value;
  if (resourceType === "Conformance")
    throw new NotUsable(
      "other-fhir",
      "the server speaks FHIR DSTU2 (a Conformance); the connector needs R4 (4.0)",
    );
  if (resourceType === "OperationOutcome")
    throw new NotUsable("not-fhir", "/metadata is an OperationOutcome and not a FHIR CapabilityStatement");
  if (resourceType !== "CapabilityStatement" || fhirVersion === undefined)
    throw new NotUsable("not-fhir", "/metadata is not a FHIR CapabilityStatement");
  if (/^4\.0(\.|$)/.test(fhirVersion)) return;
  const known = /^\d{1,2}\.\d{1,2}(\.\d{1,2})?$/.test(fhirVersion) ? fhirVersion : "of another version";
  throw new NotUsable("other-fhir", "the server speaks FHIR " + known + "; the connector needs R4 (4.0)");
}

/**
 * Whether the server itself offers the search. A statement may describe several modes; what the server does as a client is
 * not offered to us.
 */
function offersSearch({ rest }: Capability): boolean {
  return rest.some(
    ({ mode, resource }) =>
      mode !== "client" &&
      resource.some(
        ({ type, interaction }) =>
          type === "Appointment" && interaction.some(({ code }) => code === "search-type"),
      ),
  );
}

interface FoundEndpoints {
  readonly endpoints: SignInEndpoints;
  /** Why the server may have other addresses, which somebody in between hides, or which it does not name so that we can read it. */
  readonly unsure?: string;
}

/**
 * Reads the sign-in addresses. The capability statement is used only when the server says that it has no
 * smart-configuration, or has one without the addresses. Otherwise a server that fails for the moment would be remembered
 * as having none.
 *
 * Many servers answer what they do not have with the web page of their framework, so such a page with 404 is taken for
 * theirs, where the capability statement names the addresses. It might be somebody's in between all the same, which is said.
 */
async function readEndpoints(send: Send, base: string, capability: Capability): Promise<FoundEndpoints> {
  const answer = await send({
    method: "GET",
    url: base + "/.well-known/smart-configuration",
    headers: { accept: "application/json" },
  });
  if (answer.status === 404 || answer.status === 410) {
    const endpoints = endpointsOfCapability(capability, base);
    if (!isPage(answer)) return { endpoints };
    const unsure = `smart-configuration answered ${String(answer.status)} with a web page; the sign-in addresses are those of /metadata`;
    return { endpoints, unsure };
  }
  if (answer.status !== 200)
    throw new NotUsable(
      statusObstacle(answer),
      "smart-configuration answered " + status(answer) + " instead of 200 or 404",
    );
  const smart = readAs(smartSchema, document(answer, "smart-configuration", "JSON"), "smart-configuration");
  const { issuer, authorization_endpoint, token_endpoint, jwks_uri } = smart.value;
  if (authorization_endpoint === undefined || token_endpoint === undefined)
    return { endpoints: endpointsOfCapability(capability, base), ...unread(smart) };
  const endpoints = {
    ...(issuer !== undefined && { issuer: absolute(issuer, base, "issuer").replace(/\/$/, "") }),
    authorizationEndpoint: absolute(authorization_endpoint, base, "authorization_endpoint"),
    tokenEndpoint: absolute(token_endpoint, base, "token_endpoint"),
    ...(jwks_uri !== undefined && { jwksUri: absolute(jwks_uri, base, "jwks_uri") }),
  };
  return { endpoints, ...unread(smart) };
}

function endpointsOfCapability(capability: Capability, base: string): SignInEndpoints {
  const uris = capability.rest
    .flatMap(({ security }) => security?.extension ?? [])
    .filter(({ url }) => url === OAUTH_URIS)
    .flatMap(({ extension }) => extension);
  const uri = (name: string) => {
    const found = uris.find(({ url }) => url === name);
    return found?.valueUri ?? found?.valueUrl;
  };
  const authorizationEndpoint = uri("authorize");
  const tokenEndpoint = uri("token");
  if (authorizationEndpoint === undefined || tokenEndpoint === undefined)
    throw new NotUsable(
      "no-sign-in",
      "the server does not say where to sign in (no smart-configuration, no oauth-uris in /metadata)",
    );
  return {
    authorizationEndpoint: absolute(authorizationEndpoint, base, "authorize in oauth-uris"),
    tokenEndpoint: absolute(tokenEndpoint, base, "token in oauth-uris"),
  };
}

/**
 * Makes an address absolute. Old servers give relative addresses, which are relative to the base URL (SMART 2.2,
 * conformance).
 */
function absolute(address: string, base: string, name: string): string {
  const url = URL.parse(address, base + "/");
  if (url === null) throw new NotUsable("unsafe-sign-in", name + " is not an address");
  return url.href;
}

function checkEndpoints(
  endpoints: SignInEndpoints,
  { signIn }: ConfiguredConnection,
  loopback: boolean,
): void {
  const { authorizationEndpoint, tokenEndpoint, jwksUri } = endpoints;
  for (const url of [authorizationEndpoint, tokenEndpoint, jwksUri])
    if (url !== undefined && !isSafe(url, loopback))
      throw new NotUsable("unsafe-sign-in", "a sign-in address is not an https address");
  if (signIn === undefined) return;
  const differing = ADDRESSES.filter((name) => {
    const [insisted, found] = [signIn[name], endpoints[name]];
    return insisted !== undefined && found !== undefined && spelt(insisted) !== spelt(found);
  });
  if (differing.length > 0)
    throw new NotUsable(
      "not-as-settings-say",
      `the sign-in addresses differ from those the settings insist on (signIn: ${differing.join(", ")})`,
    );
}

const ADDRESSES = ["authorizationEndpoint", "tokenEndpoint", "issuer", "jwksUri"] as const;

/** One spelling of an address, so that addresses can be compared; issuers are compared without a final slash. */
const spelt = (address: string) => new URL(address).href.replace(/\/$/, "");

function isSafe(address: string, loopback: boolean): boolean {
  const url = URL.parse(address);
  if (url?.username !== "" || url.password !== "") return false;
  return url.protocol === "https:" || (loopback && url.protocol === "http:" && isLoopback(url.hostname));
}

function isOtherAddress({ implementation }: Capability, base: string): boolean {
  const own = implementation?.url?.replace(/\/$/, "");
  return own !== undefined && own !== base;
}

/** The document as JSON. If it is not JSON, the error says what it seems to be instead. */
function document(answer: Incoming, what: string, expected: string): unknown {
  const { body } = answer;
  try {
    return parseJson(body);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const start = body
      .replace(/^\uFEFF/, "")
      .trimStart()
      .slice(0, 400);
    const seems = isPage(answer)
      ? "a web page"
      : /<(CapabilityStatement|Conformance)\b/.test(start)
        ? "XML"
        : "something that is not JSON";
    throw new NotUsable("not-fhir", `${what} is ${seems} and not ${expected}`);
  }
}

function readAs<S extends z.ZodType>(schema: S, content: unknown, what: string): Reading<z.output<S>> {
  try {
    return readMembers(schema, content);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    throw new NotUsable("not-fhir", what + " cannot be read: " + error.message);
  }
}

/** What stands there and cannot be read may be an address other than those that are known without it. */
const unread = ({ ignored }: Reading<unknown>): Pick<FoundEndpoints, "unsure"> =>
  ignored.length === 0 ? {} : { unsure: "smart-configuration: " + ignored.join(", ") + " cannot be read" };
