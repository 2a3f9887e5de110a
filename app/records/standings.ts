/**
 * How each connection stands: probed at start, hourly, and again when somebody asks for one that was not well a while ago.
 * Each process remembers the results of probes for itself. Only the sign-in addresses are kept (signInAddresses.ts); with
 * them a known server can be launched from while its discovery fails. Only different addresses are an alarm.
 */
import { isYounger } from "../domain/age.ts";
import { atMost } from "../domain/few.ts";
import { clientsOf, type ConfiguredConnection } from "../domain/hospital.ts";
import type { Log } from "../log.ts";
import type { Ehr, Probe, ProbeObstacle, SignInEndpoints } from "../ports/ehr.ts";
import type { Store } from "../ports/store.ts";
import type { Hospital } from "./hospital.ts";
import { UnreadableRecord } from "./record.ts";
import { firstFound, foundBefore, holdInstead } from "./signInAddresses.ts";

/** How a connection stands by its last probe. One that fails stops no other. */
export interface Standings {
  /**
   * The last result. When there is none, or it was a failure of some time ago, the connection is probed first. A known
   * server that is not well is probed again, too, but nobody waits for that.
   */
  of(connection: ConfiguredConnection): Promise<Standing>;
  /** The last result, if there is one, without a probe. */
  known(connection: ConfiguredConnection): Standing | undefined;
  /** Probes now, whatever the last result was. */
  askNow(connection: ConfiguredConnection): Promise<Standing>;
  /** The sign-in addresses that were found first, which hold until others are approved. @throws UnreadableRecord */
  pinned(connection: ConfiguredConnection): Promise<SignInEndpoints | undefined>;
  /** Uses these addresses from now on instead of those that were found first, and probes again. */
  approve(connection: ConfiguredConnection, endpoints: SignInEndpoints): Promise<void>;
  /** Probes every connection whose registration is known, a few at a time. */
  probeAll(): Promise<void>;
}

export type Standing =
  | {
      readonly ok: true;
      readonly endpoints: SignInEndpoints;
      readonly warnings: readonly string[];
      /** Why the last probe failed, in words for administrators; what was known before is used meanwhile. */
      readonly ailing?: string;
      readonly obstacle?: ProbeObstacle;
    }
  | (Failure & {
      /** Present where its sign-in addresses differ from those that were found first. */
      readonly changed?: { readonly before: SignInEndpoints; readonly now: SignInEndpoints };
    });
type Failure = Extract<Probe, { readonly ok: false }>;

export interface StandingsDeps {
  readonly ehr: Ehr;
  readonly hospital: Hospital;
  readonly store: Store;
  readonly log: Log;
  readonly now: () => Date;
}

const ASK_AN_UNWELL_ONE_AGAIN_MS = 15_000;
/**
 * How many connections are probed at once, however many there are: each probe has a deadline of its own, and launches need a
 * free line.
 */
const PROBED_AT_ONCE = 8;

export function openStandings(deps: StandingsDeps): Standings {
  const last = new Map<string, { readonly standing: Standing; readonly at: number; readonly said: string }>();
  const asking = new Map<string, Promise<Standing>>();
  /** The last result for a connection; one that was changed in the meantime counts as unknown. */
  const wordOn = (connection: ConfiguredConnection) => {
    const known = last.get(connection.id);
    return known?.said === JSON.stringify(connection) ? known : undefined;
  };

  const ask = (connection: ConfiguredConnection): Promise<Standing> => {
    const said = JSON.stringify(connection);
    const begun =
      asking.get(said) ??
      probed(deps, connection, wordOn(connection)?.standing)
        .then((standing) => {
          last.set(connection.id, { standing, at: deps.now().getTime(), said });
          return standing;
        })
        .finally(() => asking.delete(said));
    asking.set(said, begun);
    return begun;
  };

  return {
    async of(connection) {
      const known = wordOn(connection);
      if (known === undefined) return ask(connection);
      const { standing, at } = known;
      const isWell = standing.ok && standing.ailing === undefined;
      if (isWell || isYounger(at, deps.now(), ASK_AN_UNWELL_ONE_AGAIN_MS)) return standing;
      const answer = ask(connection);
      return standing.ok ? standing : answer;
    },
    known: (connection) => wordOn(connection)?.standing,
    askNow: ask,
    pinned: ({ fhirBaseUrl }) => foundBefore(deps.store, fhirBaseUrl),
    async approve(connection, endpoints) {
      await holdInstead(deps.store, connection.fhirBaseUrl, endpoints);
      // A probe that is under way may have compared with those of before.
      await asking.get(JSON.stringify(connection));
      last.delete(connection.id);
      await ask(connection);
    },
    async probeAll() {
      const connections = await deps.hospital.connections();
      const inTurn = atMost(PROBED_AT_ONCE);
      const registered = connections.filter((one) => clientsOf(one).length > 0);
      await Promise.all(registered.map((connection) => inTurn(() => ask(connection))));
    },
  };
}

/** Never rejects. */
async function probed(
  deps: StandingsDeps,
  connection: ConfiguredConnection,
  before: Standing | undefined,
): Promise<Standing> {
  const standing = await standingOf(deps, connection).catch((cause: unknown): Standing => {
    deps.log.error("connection.probe_broke", cause, { connection: connection.id });
    // Without the addresses that were found first, nobody can say whether today's are the same.
    if (cause instanceof UnreadableRecord)
      return { ok: false, why: "addresses", obstacle: "unfinished", reason: cause.message };
    const reason = "the probe could not be finished";
    const obstacle = "unfinished";
    return before?.ok === true
      ? { ...before, ailing: reason, obstacle }
      : { ok: false, why: "unwell", obstacle, reason };
  });
  const failing = standing.ok ? standing.ailing : standing.reason;
  if (failing === undefined && standing.ok)
    deps.log.info("connection.ready", { connection: connection.id, names: standing.warnings });
  else deps.log.warn("connection.failing", { connection: connection.id, reason: failing ?? "" });
  return standing;
}

async function standingOf(deps: StandingsDeps, connection: ConfiguredConnection): Promise<Standing> {
  const probe = await deps.ehr.probe(connection);
  const { fhirBaseUrl, signIn } = connection;
  if (!probe.ok) {
    if (probe.why !== "unwell") return probe;
    const kept = await foundBefore(deps.store, fhirBaseUrl);
    if (kept === undefined) return probe;
    const { reason: ailing, obstacle } = probe;
    return { ok: true, endpoints: { ...kept, ...insisted(signIn) }, warnings: [], ailing, obstacle };
  }
  const isSure = probe.unsure === undefined;
  const kept = await firstFound(deps.store, fhirBaseUrl, { ...probe.endpoints, isSure });
  const changed = ADDRESSES.filter((name) => isOther(name, kept, probe.endpoints, signIn));
  // What is known of the server holds against what somebody in between may have said.
  if (changed.length > 0 && probe.unsure !== undefined)
    return {
      ok: true,
      endpoints: { ...kept, ...insisted(signIn) },
      warnings: [],
      ailing: probe.unsure + ", which differ from those that were found first",
      obstacle: "not-fhir",
    };
  if (changed.length > 0)
    return {
      ok: false,
      why: "addresses",
      obstacle: "not-as-found-first",
      reason: changedWords(changed),
      changed: { before: kept, now: probe.endpoints },
    };
  const { unsure: _, ...found } = probe;
  return { ...found, endpoints: { ...probe.endpoints, ...kept, ...insisted(signIn) } };
}

const ADDRESSES = ["issuer", "authorizationEndpoint", "tokenEndpoint", "jwksUri"] as const;
type Address = (typeof ADDRESSES)[number];

/**
 * Whether an address differs from the one that was found first. The probe has already compared those that the settings give.
 * A server that names fewer addresses than at first is held to what it named. One that names more may do so as far as an
 * id_token without that address would have been accepted: at the origin of the token endpoint.
 */
function isOther(
  name: Address,
  kept: SignInEndpoints,
  found: SignInEndpoints,
  signIn: ConfiguredConnection["signIn"],
): boolean {
  const [before, now] = [kept[name], found[name]];
  if (signIn?.[name] !== undefined || now === undefined) return false;
  if (before !== undefined) return before !== now;
  const { tokenEndpoint } = { ...kept, ...insisted(signIn) };
  return URL.parse(now)?.origin !== new URL(tokenEndpoint).origin;
}

/** The addresses that the settings give. */
function insisted(signIn: ConfiguredConnection["signIn"]): Partial<SignInEndpoints> {
  if (signIn === undefined) return {};
  const { authorizationEndpoint, tokenEndpoint, issuer, jwksUri } = signIn;
  return {
    authorizationEndpoint,
    tokenEndpoint,
    ...(issuer !== undefined && { issuer: issuer.replace(/\/$/, "") }),
    ...(jwksUri !== undefined && { jwksUri }),
  };
}

const changedWords = (changed: readonly string[]) =>
  `the server names other sign-in addresses than it did at first (${changed.join(", ")}); ` +
  "when that is right, a Global Administrator approves the new ones in the portal, or says so under signIn in the stack file";
