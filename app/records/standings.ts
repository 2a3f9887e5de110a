/**
 * How each connection stands: probed at start, hourly, and again when somebody asks for one that was not well a while ago.
 * What a probe said is remembered by each process for itself; only the sign-in addresses are kept (signInAddresses.ts), and
 * with them a known server goes on being launched from while its discovery is ill: only other addresses are an alarm.
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
   * The last word; when there is none, or it was a failure of some time ago, asks first. A known server that is not well is
   * asked again, too, and nobody waits for that.
   */
  of(connection: ConfiguredConnection): Promise<Standing>;
  /** The last word, if there is one; nobody is asked. */
  known(connection: ConfiguredConnection): Standing | undefined;
  /** Asks now, whatever the last word was. */
  askNow(connection: ConfiguredConnection): Promise<Standing>;
  /** The sign-in addresses that were found first, which hold until others are approved. @throws UnreadableRecord */
  pinned(connection: ConfiguredConnection): Promise<SignInEndpoints | undefined>;
  /** Holds these from now on in place of those that were found first, and asks again. */
  approve(connection: ConfiguredConnection, endpoints: SignInEndpoints): Promise<void>;
  /** Asks every connection whose registration is known, a few at a time. */
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
      /** Where its sign-in addresses are others than those that were found first. */
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
/** However many there are: each has a deadline of its own, and launches are to find a line that is free. */
const PROBED_AT_ONCE = 8;

export function openStandings(deps: StandingsDeps): Standings {
  const last = new Map<string, { readonly standing: Standing; readonly at: number; readonly said: string }>();
  const asking = new Map<string, Promise<Standing>>();
  /** A connection that was changed in the meantime is a stranger again. */
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
    // Without the addresses that were found first, nobody can say whether today's are theirs.
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
  const kept = await firstFound(deps.store, fhirBaseUrl, probe.endpoints);
  const changed = ADDRESSES.filter((name) => isOther(name, kept, probe.endpoints, signIn));
  if (changed.length > 0)
    return {
      ok: false,
      why: "addresses",
      obstacle: "not-as-found-first",
      reason: changedWords(changed),
      changed: { before: kept, now: probe.endpoints },
    };
  return { ...probe, endpoints: { ...probe.endpoints, ...kept, ...insisted(signIn) } };
}

const ADDRESSES = ["issuer", "authorizationEndpoint", "tokenEndpoint", "jwksUri"] as const;
type Address = (typeof ADDRESSES)[number];

/**
 * Whether an address differs from the one that was found first. Those that the settings insist on have been compared by the
 * probe. A server that says less than at first is held to what it said; one that says more than at first may, as far as an
 * id_token without it would have been accepted: at the origin of the token endpoint.
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

/** What the settings say, without the members that they leave out. */
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
