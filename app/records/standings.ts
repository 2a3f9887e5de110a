/**
 * How each connection stands: probed at start, hourly, and again when a launch meets one that failed a while ago. What a
 * probe said is remembered by each process for itself; only the sign-in addresses are kept (signInAddresses.ts).
 */
import type { ConfiguredConnection } from "../domain/hospital.ts";
import type { Log } from "../log.ts";
import type { Ehr, Probe, SignInEndpoints } from "../ports/ehr.ts";
import type { Store } from "../ports/store.ts";
import type { Hospital } from "./hospital.ts";
import { UnreadableRecord } from "./record.ts";
import { firstFound } from "./signInAddresses.ts";

/** How a connection stands by its last probe. One that fails stops no other. */
export interface Standings {
  /** The last word; when that was a failure of some time ago, or there is none, asks again first. */
  of(connection: ConfiguredConnection): Promise<Standing>;
  /** Asks every connection whose registration is known. */
  probeAll(): Promise<void>;
}

export type Standing =
  | { readonly ok: true; readonly endpoints: SignInEndpoints; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly reason: string };

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

export function openStandings(deps: StandingsDeps): Standings {
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
    const reason = cause instanceof UnreadableRecord ? cause.message : "the probe could not be finished";
    return { ok: false, reason };
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
  const kept = await firstFound(deps.store, connection.fhirBaseUrl, probe.endpoints);
  return sameAddresses(kept, probe.endpoints) ? probe : { ok: false, reason: CHANGED };
}

function sameAddresses(a: SignInEndpoints, b: SignInEndpoints): boolean {
  return (["issuer", "authorizationEndpoint", "tokenEndpoint", "jwksUri"] as const).every(
    (name) => a[name] === b[name],
  );
}
