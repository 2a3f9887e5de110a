/** The chart systems that a stack connects: the address of each, and where Oracle serves what belongs to it. */
import { fhirBaseUrl } from "../../../../app/domain/fhirBaseUrl.ts";
import type { Connection } from "../../../../app/domain/hospital.ts";
import { VAULT_KEYS } from "../../../../app/domain/vaultKeyNames.ts";
import { addressesOf, type Addresses } from "../../../../app/sandbox/oracle/smart/addresses.ts";
import type { StackSettings } from "../../../stack.ts";

export interface ChartSystem {
  readonly connection: Connection;
  /** Oracle's id of the tenant: the last part of its base URL. */
  readonly oracleTenant: string;
  readonly at: Addresses;
  /** Addresses that the stack file chooses, each with the path at which the stand-in serves it. */
  readonly moved: readonly { readonly address: URL; readonly path: string }[];
}

/** The host at which clinicians of every tenant sign in, according to Oracle's discovery. */
export const AUTHORIZATION = "authorization.cerner.com";

export const ORIGINS = { pages: "https://" + AUTHORIZATION, backChannel: "https://" + AUTHORIZATION };

/** A tenant that no stack file names: an administrator connects it in the portal. */
export const OF_PORTAL = {
  id: "rehearsal-portal",
  name: "Rehearsal of the portal",
  fhirBaseUrl: "https://fhir-ehr-code.cerner.com/r4/rehearsal-portal",
  environment: "test",
  visitTypes: ["Video Visit"],
  provider: {
    clientId: "rehearsal-portal",
    authentication: { method: "private_key_jwt", key: VAULT_KEYS.portalConnections, algorithm: "RS384" },
  },
} as const satisfies Connection;

/** @throws Error that names the key, for two chart systems that the stand-in could not distinguish */
export function chartSystems({
  connections = [],
}: Pick<StackSettings, "connections">): readonly ChartSystem[] {
  const systems = [...connections, OF_PORTAL].map(chartSystem);
  for (const [index, { oracleTenant }] of systems.entries())
    if (systems.findIndex((one) => one.oracleTenant === oracleTenant) !== index)
      throw new Error(
        `connections[${String(index)}].fhirBaseUrl: ends like another connection's; in a rehearsal each ends with a tenant of its own`,
      );
  return systems;
}

function chartSystem(connection: Connection): ChartSystem {
  const verdict = fhirBaseUrl(connection.fhirBaseUrl, { loopback: false });
  if (!verdict.ok) throw new Error(`connections: ${connection.id}: ${verdict.reason}`);
  const base = new URL(verdict.url);
  const [oracleTenant = connection.id] = base.pathname.split("/").filter(Boolean).slice(-1);
  const usual = addressesOf(ORIGINS, oracleTenant);
  const at: Addresses = {
    ...usual,
    fhirBase: verdict.url,
    token:
      connection.signIn?.tokenEndpoint ?? usual.token.replace("/hosts/localhost/", `/hosts/${base.host}/`),
    authorize: connection.signIn?.authorizationEndpoint ?? usual.authorize,
  };
  const moved = (["token", "authorize"] as const).map((name) => ({
    address: new URL(at[name]),
    path: new URL(usual[name]).pathname,
  }));
  return { connection, oracleTenant, at, moved };
}
