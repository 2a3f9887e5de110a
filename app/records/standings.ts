/**
 * Probing: how each connection stands, asked at start, hourly, and again when a launch meets one that failed a while ago.
 * The sign-in addresses found first are kept; others found later are an alarm, not a new truth (security requirement 6).
 */
import { createHash } from "node:crypto";
import type { ConfiguredConnection } from "../domain/hospital.ts";
import type { Log } from "../log.ts";
import type { Ehr, Probe, SignInEndpoints } from "../ports/ehr.ts";
import type { Hospital } from "./hospital.ts";
import type { Standing, Standings } from "../ports/standing.ts";
import { StoreConflict, type Store } from "../ports/store.ts";

export interface StandingsDeps {
  readonly ehr: Ehr;
  readonly hospital: Hospital;
  readonly store: Store;
  readonly log: Log;
  readonly now: () => Date;
}

const ASK_A_FAILING_ONE_AGAIN_MS = 15_000;
const CHANGED =
  "the server names other sign-in addresses than it did at first; when that is right, say so under signIn in the connection's settings";

export function openStandings(deps: StandingsDeps): Standings & { probeAll(): Promise<void> } {
  const last = new Map<string, { readonly standing: Promise<Standing>; readonly at: number }>();

  const ask = (connection: ConfiguredConnection): Promise<Standing> => {
    const standing = probed(deps, connection);
    last.set(connection.id, { standing, at: deps.now().getTime() });
    return standing;
  };

  return {
    async of(connection) {
      const known = last.get(connection.id);
      if (known === undefined) return ask(connection);
      const standing = await known.standing;
      const age = deps.now().getTime() - known.at;
      return standing.ok || age < ASK_A_FAILING_ONE_AGAIN_MS ? standing : ask(connection);
    },
    async probeAll() {
      const connections = await deps.hospital.connections();
      await Promise.all(connections.filter(({ provider }) => provider !== undefined).map(ask));
    },
  };
}

async function probed(deps: StandingsDeps, connection: ConfiguredConnection): Promise<Standing> {
  const standing = await standingOf(deps, connection).catch((cause: unknown): Standing => {
    deps.log.error("connection.probe_broke", cause, { connection: connection.id });
    return { ok: false, reason: "the probe could not be finished" };
  });
  if (standing.ok) deps.log.info("connection.ready", { connection: connection.id, names: standing.warnings });
  else deps.log.warn("connection.failing", { connection: connection.id, reason: standing.reason });
  return standing;
}

async function standingOf(deps: StandingsDeps, connection: ConfiguredConnection): Promise<Standing> {
  const probe: Probe = await deps.ehr.probe(connection);
  if (!probe.ok) return probe;
  // Addresses that the settings insist on were compared by the probe; nothing else has to be remembered for them.
  if (connection.signIn !== undefined) return probe;
  const kept = await firstFound(deps.store, connection, probe.endpoints);
  return sameAddresses(kept, probe.endpoints) ? probe : { ok: false, reason: CHANGED };
}

async function firstFound(
  store: Store,
  connection: ConfiguredConnection,
  found: SignInEndpoints,
): Promise<SignInEndpoints> {
  const id = createHash("sha256").update(connection.fhirBaseUrl).digest("base64url");
  const item = { partition: id, id, body: { ...found } };
  const stored = await store.read("connections", id, id);
  if (stored !== undefined) return endpointsOf(stored.body);
  try {
    await store.create("connections", item);
    return found;
  } catch (error) {
    if (!(error instanceof StoreConflict)) throw error;
    return endpointsOf((await store.read("connections", id, id))?.body ?? {});
  }
}

function endpointsOf(body: Readonly<Record<string, unknown>>): SignInEndpoints {
  return body as unknown as SignInEndpoints;
}

function sameAddresses(a: SignInEndpoints, b: SignInEndpoints): boolean {
  return (["issuer", "authorizationEndpoint", "tokenEndpoint", "jwksUri"] as const).every(
    (name) => a[name] === b[name],
  );
}
