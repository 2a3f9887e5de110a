/** The clinician is back from the EHR's sign-in: trade the code, and prove who it is. */
import type { ConfiguredConnection } from "../../domain/hospital.ts";
import { helpWithinReach } from "../../domain/helpLink.ts";
import type { Grant } from "../../ports/ehr.ts";
import type { Remembered, Taken } from "../../records/signIns.ts";
import { takeSignIn } from "../../web/pendingSignIns.ts";
import type { ProviderPicks } from "./parts.ts";
import { fault } from "./problems.ts";

export interface Return {
  readonly connectionId: string;
  readonly parameters: URLSearchParams;
  /** The secret in the browser's cookie for a state. */
  readonly cookieOf: (stateHash: string) => string | undefined;
}

/** @throws Fault, EhrFault */
export async function finishLaunch(
  parts: Pick<ProviderPicks, "ehr" | "hospital" | "log" | "signIns">,
  back: Return,
): Promise<{ readonly connection: ConfiguredConnection; readonly grant: Grant }> {
  const state = single(back.parameters, "state");
  const launch = remembered(await takeSignIn(parts.signIns, "launch", state, back.cookieOf));
  const connection = await sameServer(parts, launch, back);
  refuseError(launch, back.parameters);
  const { verifier, nonce, redirectUri, endpoints } = launch;
  const code = single(back.parameters, "code");
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

function refuseError(launch: Remembered<"launch">, parameters: URLSearchParams): void {
  if (!parameters.has("error")) return;
  const { authorizationEndpoint, tokenEndpoint } = launch.endpoints;
  const help = helpWithinReach(parameters.get("error_uri"), [authorizationEndpoint, tokenEndpoint]);
  throw fault({ kind: "sign-in-refused", ...(help !== undefined && { help }) });
}

function single(parameters: URLSearchParams, name: string): string {
  const [value, ...more] = parameters.getAll(name);
  if (value === undefined || value === "" || more.length > 0) throw fault({ kind: "launch-invalid" });
  return value;
}
