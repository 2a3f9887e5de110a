/** The clinician is back from the EHR's sign-in: trade the code, and prove who it is. */
import type { ConfiguredConnection } from "../../domain/hospital.ts";
import { helpWithinReach } from "../../domain/helpLink.ts";
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
  /** The secret in the browser's cookie for a state. */
  readonly cookieOf: (stateHash: string) => string | undefined;
}

/** @throws Fault, EhrFault */
export async function finishLaunch(
  parts: Pick<ProviderPicks, "ehr" | "hospital" | "log" | "signIns" | "traces">,
  back: Return,
): Promise<{ readonly connection: ConfiguredConnection; readonly grant: Grant }> {
  const { parameters } = back;
  // Some servers say no without saying to whom; what they say is as good as with a state, and nothing is used up.
  if (!parameters.has("state") && parameters.has("error")) throw refused(parameters, []);
  const state = single(parameters, "state");
  const launch = remembered(await takeSignIn(parts.signIns, "launch", state, back.cookieOf));
  const connection = await sameServer(parts, launch, back);
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

/** Each connection has a redirect URI of its own, and RFC 9207's `iss` is checked where a server sends it: no mix-up of two. */
async function sameServer(
  { hospital }: Pick<ProviderPicks, "hospital">,
  launch: Remembered<"launch">,
  back: Return,
): Promise<ConfiguredConnection> {
  const connection = await hospital.connection(launch.connectionId);
  if (connection === undefined) throw fault({ kind: "unknown-chart-system" });
  // What was begun at one server proves nothing to another that the connection leads to by now.
  if (launch.fhirBaseUrl !== undefined && launch.fhirBaseUrl !== connection.fhirBaseUrl)
    throw fault({ kind: "launch-expired" });
  if (back.connectionId !== launch.connectionId) throw fault({ kind: "sign-in-unproven" });
  const iss = back.parameters.get("iss");
  if (
    iss !== null &&
    launch.endpoints.issuer !== undefined &&
    iss.replace(/\/$/, "") !== launch.endpoints.issuer
  )
    throw fault({ kind: "sign-in-unproven" });
  return connection;
}

/** The party that can do something about it: the person, IT, or time. */
function refused(
  parameters: URLSearchParams,
  endpoints: readonly string[],
): Fault<ProviderProblem | CommonProblem> {
  const code = knownCode(parameters.get("error"), OAUTH_ERRORS);
  const link = helpWithinReach(parameters.get("error_uri"), endpoints);
  const help = link === undefined ? {} : { help: link };
  if (code === "temporarily_unavailable" || code === "server_error")
    return fault({ kind: "sign-in-unavailable", code });
  return fault({ kind: OF_PERSONS.has(code) ? "sign-in-refused" : "registration-refused", code, ...help });
}

/** What a person may do, or may not; all others speak of the request, which is the connector's. */
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
  if (value === undefined || value === "" || more.length > 0)
    throw fault({ kind: "answer-invalid", lacks: name });
  return value;
}
