/** The EHR calls: is it one of ours, and then off to its sign-in in the same window. */
import { z } from "zod";
import { Fault } from "../../web/fault.ts";
import { fhirBaseUrl, type FhirBaseUrl } from "../../domain/fhirBaseUrl.ts";
import type { ConfiguredConnection } from "../../domain/hospital.ts";
import type { LaunchDeps } from "./deps.ts";
import { begin, type Begun } from "./pending.ts";
import { newSecret } from "./secrets.ts";

/** What the callback will be checked against. The endpoints are remembered, so an answer meant for another server finds none. */
export const launchSchema = z.object({
  connectionId: z.string(),
  verifier: z.string(),
  nonce: z.string(),
  redirectUri: z.string(),
  endpoints: z.object({
    issuer: z.string().exactOptional(),
    authorizationEndpoint: z.string(),
    tokenEndpoint: z.string(),
    jwksUri: z.string().exactOptional(),
  }),
});
export type PendingLaunch = z.output<typeof launchSchema>;

export interface Departure extends Begun {
  readonly signIn: URL;
}

/** @throws Fault */
export async function beginLaunch(
  deps: LaunchDeps,
  environment: "test" | "production",
  call: URLSearchParams,
): Promise<Departure> {
  const { iss, launch } = launchParameters(call);
  const connection = await connectionOf(deps, environment, iss);
  if (connection.provider === undefined) throw new Fault({ kind: "awaiting-registration" });
  const standing = await deps.standings.of(connection);
  if (!standing.ok) throw new Fault({ kind: "connection-failing" }, { cause: new Error(standing.reason) });

  const redirectUri = deps.publicUrl + "/launch/callback/" + connection.id;
  const { endpoints } = standing;
  const begun = await begin(deps, "launch", (): PendingLaunch => {
    return { connectionId: connection.id, verifier: newSecret(), nonce: newSecret(), redirectUri, endpoints };
  });
  const { verifier, nonce } = begun.remembered;
  const signIn = deps.ehr.signInUrl(connection, endpoints, {
    launch,
    state: begun.state,
    nonce,
    verifier,
    redirectUri,
  });
  deps.log.info("launch.begun", { connection: connection.id });
  return { ...begun, signIn };
}

/** Only these two count, each once; whatever else the address says (a client, a server, a patient) is not looked at. */
function launchParameters(call: URLSearchParams): { readonly iss: string; readonly launch: string } {
  const [iss, ...moreIss] = call.getAll("iss");
  const [launch, ...moreLaunch] = call.getAll("launch");
  const whole = iss !== undefined && launch !== undefined && moreIss.length === 0 && moreLaunch.length === 0;
  if (!whole || iss === "" || launch === "" || launch.length > 4_000)
    throw new Fault({ kind: "launch-invalid" });
  return { iss, launch };
}

/** Exactly a configured base URL, in the right environment; an unknown one is never called. */
async function connectionOf(
  deps: LaunchDeps,
  environment: "test" | "production",
  iss: string,
): Promise<ConfiguredConnection> {
  const connection = await deps.hospital.connectionByUrl(canonical(iss));
  if (connection === undefined) throw new Fault({ kind: "unknown-chart-system" });
  if (connection.environment !== environment)
    throw new Fault({ kind: "wrong-environment", side: connection.environment });
  return connection;
}

/** Loopback may pass here: what decides is the comparison with what is configured. */
function canonical(iss: string): FhirBaseUrl {
  const verdict = fhirBaseUrl(iss, { loopback: true });
  if (!verdict.ok) throw new Fault({ kind: "unknown-chart-system" });
  return verdict.url;
}
