/**
 * Begins a launch: the EHR opens our launch URL; if it is a configured one, the browser is sent on to its sign-in in the
 * same window.
 */
import { launchCallbackPath } from "../../domain/addresses.ts";
import { fhirBaseUrl, type FhirBaseUrl } from "../../domain/fhirBaseUrl.ts";
import type { ConfiguredConnection } from "../../domain/hospital.ts";
import type { Remembered } from "../../records/signIns.ts";
import { beginSignIn, type Begun } from "../../web/pendingSignIns.ts";
import { newSecret } from "../../web/secrets.ts";
import type { ProviderPicks } from "./parts.ts";
import { connectionFault, fault } from "./problems.ts";

export interface Departure extends Begun {
  readonly signIn: URL;
  readonly connectionId: string;
}

/**
 * @param count counts the call before the store or a vendor is asked, and throws when the caller has called too often; what
 * is refused before that is not counted, so it takes nobody's turn
 * @throws Fault
 */
export async function beginLaunch(
  parts: Pick<ProviderPicks, "ehr" | "hospital" | "log" | "publicUrl" | "signIns" | "standings" | "traces">,
  environment: "test" | "production",
  call: URLSearchParams,
  count: () => Promise<void>,
): Promise<Departure> {
  const { iss, launch } = launchParameters(call);
  const connection = await connectionOf(parts, environment, iss);
  parts.traces.about({ connection: connection.id });
  if (connection.provider === undefined) throw fault({ kind: "awaiting-registration" });
  await count();
  const standing = await parts.standings.of(connection);
  if (!standing.ok) throw connectionFault(standing);

  const redirectUri = parts.publicUrl + launchCallbackPath(connection.id);
  const { endpoints } = standing;
  const [state, verifier, nonce] = [newSecret(), newSecret(), newSecret()];
  const content: Remembered<"launch"> = {
    connectionId: connection.id,
    fhirBaseUrl: connection.fhirBaseUrl,
    verifier,
    nonce,
    redirectUri,
    endpoints,
  };
  const begun = await beginSignIn(parts.signIns, "launch", state, content);
  const request = { launch, state, nonce, verifier, redirectUri };
  const signIn = parts.ehr.signInUrl(connection, endpoints, request);
  parts.log.info("launch.begun", { connection: connection.id });
  return { ...begun, signIn, connectionId: connection.id };
}

/**
 * The length of `launch` in characters: it is passed on in a URL with the rest of the request, and servers take some 8,000
 * characters.
 */
const LONGEST_LAUNCH = 4_000;

/**
 * Only `iss` and `launch` are read, and each must be there once; whatever else the address says (a client, a server, a
 * patient) is ignored.
 */
function launchParameters(call: URLSearchParams): { readonly iss: string; readonly launch: string } {
  const [iss, ...moreIss] = call.getAll("iss");
  const [launch, ...moreLaunch] = call.getAll("launch");
  const whole = iss !== undefined && launch !== undefined && moreIss.length === 0 && moreLaunch.length === 0;
  if (!whole || iss === "" || launch === "") throw fault({ kind: "launch-invalid" });
  if (launch.length > LONGEST_LAUNCH) throw fault({ kind: "launch-too-long" });
  return { iss, launch };
}

/** Anybody can write an address, so none is kept that is longer than chart systems have. */
const LONGEST_KEPT_URL = 150;

/**
 * The connection whose configured base URL is exactly this one, in the right environment. An unknown URL is never called.
 */
async function connectionOf(
  { hospital, traces }: Pick<ProviderPicks, "hospital" | "traces">,
  environment: "test" | "production",
  iss: string,
): Promise<ConfiguredConnection> {
  const url = canonical(iss);
  const connection = await hospital.connectionByUrl(url);
  if (connection?.environment === environment) return connection;
  // Whoever looks into it compares it with the hospital's own.
  if (url.length <= LONGEST_KEPT_URL) traces.about({ baseUrl: url });
  if (connection === undefined) throw fault({ kind: "unknown-chart-system" });
  throw fault({ kind: "wrong-environment", side: connection.environment });
}

/** Loopback addresses may pass here, because the comparison with the configured URLs decides. */
function canonical(iss: string): FhirBaseUrl {
  const verdict = fhirBaseUrl(iss, { loopback: true });
  if (!verdict.ok) throw fault({ kind: "unknown-chart-system" });
  return verdict.url;
}
