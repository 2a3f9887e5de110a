/** Finishes a launch when the clinician comes back from the EHR's sign-in: redeems the code, and proves who it is. */
import type { ConfiguredConnection } from "../../domain/hospital.ts";
import { helpWithinReach } from "../../domain/helpAddress.ts";
import { knownCode, OAUTH_ERRORS } from "../../domain/knownCode.ts";
import type { Grant } from "../../ports/ehr.ts";
import type { Remembered, Taken } from "../../records/signIns.ts";
import type { CommonProblem, Fault } from "../../web/fault.ts";
import { takeSignIn } from "../../web/pendingSignIns.ts";
import type { ProviderPicks } from "./parts.ts";
import { fault, type ProviderProblem } from "./problems.ts";

export interface Return {
  readonly connectionId: string;
  readonly parameters: URLSearchParams;
  /** The secret in the browser's cookie for that state; undefined where the browser has none. */
  readonly cookieOf: (stateHash: string) => string | undefined;
}

/** @throws Fault, EhrFault */
export async function finishLaunch(
  parts: Pick<ProviderPicks, "ehr" | "hospital" | "log" | "signIns" | "traces">,
  back: Return,
): Promise<{ readonly connection: ConfiguredConnection; readonly grant: Grant }> {
  // A parameter that is there and says nothing is none, as in every answer.
  const parameters = new URLSearchParams([...back.parameters].filter(([, value]) => value !== ""));
  // Some servers refuse without a `state`. Such a refusal is told like one with a state, and no kept sign-in is used up.
  if (!parameters.has("state") && parameters.has("error")) throw refused(parameters, []);
  const state = single(parameters, "state");
  const launch = remembered(await takeSignIn(parts.signIns, "launch", state, back.cookieOf));
  const connection = await sameServer(parts, launch, { ...back, parameters });
  parts.traces.about({ connection: connection.id });
  const { verifier, nonce, redirectUri, endpoints } = launch;
  if (parameters.has("error"))
    throw refused(parameters, [endpoints.authorizationEndpoint, endpoints.tokenEndpoint]);
  const code = single(parameters, "code");
  const grant = await parts.ehr.redeem(connection, endpoints, { code, verifier, nonce, redirectUri });
  parts.log.info("launch.finished", { connection: connection.id });
  return { connection, grant };
}

function remembered(taken: Taken<"launch">): Remembered<"launch"> {
  switch (taken.kind) {
    case "taken":
      return taken.remembered;
    case "unknown":
      throw fault({ kind: "launch-expired" });
    case "used":
      throw fault({ kind: "launch-reused" });
    case "other-browser":
      throw fault({ kind: "launch-other-browser" });
  }
}

/**
 * Guards against mix-up of two servers: each connection has a redirect URI of its own, and RFC 9207's `iss` is checked where
 * a server sends it.
 */
async function sameServer(
  { hospital }: Pick<ProviderPicks, "hospital">,
  launch: Remembered<"launch">,
  back: Return,
): Promise<ConfiguredConnection> {
  const connection = await hospital.connection(launch.connectionId);
  if (connection === undefined) throw fault({ kind: "unknown-chart-system" });
  // If the connection has another base URL by now, a launch that began at the old one proves nothing to the new one.
  if (launch.fhirBaseUrl !== undefined && launch.fhirBaseUrl !== connection.fhirBaseUrl)
    throw fault({ kind: "launch-expired" });
  if (back.connectionId !== launch.connectionId) throw fault({ kind: "sign-in-unproven", check: "issuer" });
  const { issuer } = launch.endpoints;
  const isOther = (iss: string) => issuer !== undefined && iss.replace(/\/$/, "") !== issuer;
  if (back.parameters.getAll("iss").some(isOther)) throw fault({ kind: "sign-in-unproven", check: "issuer" });
  return connection;
}

/** Sorts a refusal by who can do something about it: the person, IT, or nobody but time. */
function refused(
  parameters: URLSearchParams,
  endpoints: readonly string[],
): Fault<ProviderProblem | CommonProblem> {
  const code = knownCode(parameters.get("error"), OAUTH_ERRORS);
  const address = helpWithinReach(parameters.get("error_uri"), endpoints);
  const help = address === undefined ? {} : { help: address };
  if (code === "temporarily_unavailable" || code === "server_error")
    return fault({ kind: "sign-in-unavailable", code, answered: "error" });
  return fault({ kind: OF_PERSONS.has(code) ? "sign-in-refused" : "registration-refused", code, ...help });
}

/** The OAuth error codes that are about the person; all others are about the connector's request. */
const OF_PERSONS = new Set<string>([
  "access_denied",
  "account_selection_required",
  "consent_required",
  "interaction_required",
  "login_required",
  "unmet_authentication_requirements",
]);

function single(parameters: URLSearchParams, name: "state" | "code"): string {
  const [value, ...more] = parameters.getAll(name);
  if (value === undefined || more.length > 0) throw fault({ kind: "answer-invalid", lacks: name });
  return value;
}
