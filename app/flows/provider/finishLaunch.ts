/** The clinician is back from the EHR's sign-in: trade the code, prove who it is, and give the launch an address of its own. */
import { Fault } from "../../web/fault.ts";
import type { ConfiguredConnection } from "../../domain/hospital.ts";
import { helpWithinReach } from "../../domain/helpLink.ts";
import { launchSchema, type PendingLaunch } from "./beginLaunch.ts";
import type { LaunchDeps } from "./deps.ts";
import { asFault } from "./outsideFaults.ts";
import { take } from "./pending.ts";
import { startSession } from "./sessions.ts";

export interface Return {
  readonly connectionId: string;
  readonly parameters: URLSearchParams;
  readonly cookie: (stateHash: string) => string | undefined;
}

/** @throws Fault */
export async function finishLaunch(
  deps: LaunchDeps,
  back: Return,
): Promise<{ readonly launchId: string; readonly secret: string }> {
  const launch = await take(deps, "launch", single(back.parameters, "state"), back.cookie, launchSchema);
  const connection = await sameServer(deps, launch, back);
  refuseError(launch, back.parameters);
  const { verifier, nonce, redirectUri, endpoints } = launch;
  const code = single(back.parameters, "code");
  const grant = await deps.ehr
    .redeem(connection, endpoints, { code, verifier, nonce, redirectUri })
    .catch((error: unknown) => {
      throw asFault(error);
    });
  const session = await startSession(deps, connection, { grant });
  deps.log.info("launch.finished", { connection: connection.id });
  return session;
}

/** Each connection has a redirect URI of its own, and RFC 9207's `iss` is checked where a server sends it: no mix-up of two. */
async function sameServer(
  deps: LaunchDeps,
  launch: PendingLaunch,
  back: Return,
): Promise<ConfiguredConnection> {
  const connection = await deps.hospital.connection(launch.connectionId);
  if (connection === undefined) throw new Fault({ kind: "unknown-chart-system" });
  if (back.connectionId !== launch.connectionId) throw new Fault({ kind: "sign-in-unproven" });
  const iss = back.parameters.get("iss");
  if (
    iss !== null &&
    launch.endpoints.issuer !== undefined &&
    iss.replace(/\/$/, "") !== launch.endpoints.issuer
  )
    throw new Fault({ kind: "sign-in-unproven" });
  return connection;
}

function refuseError(launch: PendingLaunch, parameters: URLSearchParams): void {
  if (!parameters.has("error")) return;
  const { authorizationEndpoint, tokenEndpoint } = launch.endpoints;
  const help = helpWithinReach(parameters.get("error_uri"), [authorizationEndpoint, tokenEndpoint]);
  throw new Fault({ kind: "sign-in-refused", ...(help !== undefined && { help }) });
}

function single(parameters: URLSearchParams, name: string): string {
  const [value, ...more] = parameters.getAll(name);
  if (value === undefined || value === "" || more.length > 0) throw new Fault({ kind: "launch-invalid" });
  return value;
}
