/**
 * The checks of launches: each chart system by its last probe, the last launches by how they ended, and the keys that sign.
 */
import { PATHS } from "../../domain/addresses.ts";
import type { Mover } from "../../domain/mover.ts";
import { VaultFault } from "../../ports/vault.ts";
import type { Trace } from "../../records/traces.ts";
import { nothingYet, type Check, type CheckName } from "../../web/flow.ts";
import { shared } from "../../web/shared.ts";
import { keysInUse } from "./keySet.ts";
import type { ProviderPicks } from "./parts.ts";
import type { LaunchProblem } from "./problems.ts";

type Picks = Pick<ProviderPicks, "canaries" | "hospital" | "log" | "now" | "standings" | "traces" | "vault">;

const DAY_MS = 86_400_000;
/** How many traces of the last day are read; if there are more, the newest are taken. */
const MOST_TRACES = 500;
/** Azure makes a new version each year (infra/components/keys.ts). */
const ROTATED_AFTER_DAYS = 365;
const A_MONTH_DAYS = 30;
/** The vault's answer is shared for a minute by everybody who asks. */
const KEYS_GOOD_FOR_MS = 60_000;

export function providerChecks(parts: Picks): () => Promise<readonly Check[]> {
  const keys = shared(KEYS_GOOD_FOR_MS, parts.now, () => keyChecks(parts));
  return async () => (await Promise.all([connectionChecks(parts), launchChecks(parts), keys()])).flat();
}

/** One check for each connection whose registration is known, by its last probe; no chart system is asked now. */
async function connectionChecks({ hospital, standings }: Picks): Promise<readonly Check[]> {
  const connections = await hospital.connections();
  const registered = connections.filter(({ provider }) => provider !== undefined);
  return registered.map((connection): Check => {
    const standing = standings.known(connection);
    const check = { name: "connection", of: connection.id } as const;
    if (standing === undefined)
      return nothingYet(check, "the chart system was not asked since the connector started");
    const fault = standing.ok ? standing.ailing : standing.reason;
    return fault === undefined ? check : { ...check, fault };
  });
}

interface LaunchEnd {
  readonly check: CheckName;
  readonly says: string;
  /** The same, where the FHIR base URL is known. */
  readonly saysWhence?: (baseUrl: string) => string;
  readonly move?: Mover;
  /** Anybody can cause it by typing an address, so it is told as a warning. */
  readonly isByAnybody?: true;
}

/** The ways a launch may end because something is set up wrongly. Every other ending is explained on its own page only. */
const ENDS: Readonly<Partial<Record<LaunchProblem["kind"], LaunchEnd>>> = {
  "scopes-trimmed": {
    check: "launch-scopes",
    says: "The chart system granted fewer scopes than a visit needs.",
    move: "oracle",
  },
  "registration-refused": {
    check: "launches",
    says: "The chart system’s sign-in does not accept the connector’s registration.",
    move: "oracle",
  },
  "token-refused": {
    check: "launches",
    says: "The chart system gave no token for the sign-in.",
    move: "oracle",
  },
  "proof-missing": { check: "launches", says: "The connector’s own key or secret cannot be had." },
  "awaiting-registration": { check: "launches", says: "The connection still awaits its client id." },
  "unknown-chart-system": {
    check: "launch-environment",
    says: "It came from a FHIR base URL that no connection has.",
    saysWhence: (baseUrl) => `It came from the FHIR base URL ${baseUrl}, which no connection has.`,
    isByAnybody: true,
  },
  "wrong-environment": {
    check: "launch-environment",
    says: "A test chart was opened at the launch URL of production, or the other way round.",
    saysWhence: (baseUrl) =>
      `The chart of the FHIR base URL ${baseUrl} was opened at the launch URL of the other environment.`,
  },
  "clocks-differ": {
    check: "clock",
    says: "The chart system’s clock and the connector’s are minutes apart.",
  },
};
const KINDS = [...new Set(Object.values(ENDS).map(({ check }) => check))];

/**
 * The checks by which the last launches ended. A launch that succeeds shows that what ended earlier ones of the same
 * connection is mended.
 */
async function launchChecks({ canaries, hospital, now, traces }: Picks): Promise<readonly Check[]> {
  const until = new Date(now().getTime() + 1);
  const day = { from: new Date(until.getTime() - DAY_MS), until, limit: MOST_TRACES };
  const all = await traces.list(day);
  const newest = all.filter(({ flow }) => flow === "provider");
  const last = all.at(-1);
  // Every flow's traces count: what is not read of the day begins before the oldest that was.
  const seenFrom = all.length < MOST_TRACES || last === undefined ? day.from : new Date(last.at);
  const connections = await hospital.connections();
  const known = new Set(connections.map(({ id }) => id));
  const well = new Set<string | undefined>();
  const wrong = new Map<string, Check>();
  for (const trace of newest) {
    if (trace.outcome === "launch.finished") well.add(trace.connection);
    const end = endOf(trace);
    if (end === undefined || (trace.connection !== undefined && well.has(trace.connection))) continue;
    const of = trace.connection !== undefined && known.has(trace.connection) ? trace.connection : undefined;
    // What anybody can cause is told by itself, so that it hides nothing that is wrong.
    const key = `${end.check} ${of ?? ""}${end.isByAnybody === true ? " by anybody" : ""}`;
    if (!wrong.has(key)) wrong.set(key, checkOf(end, of, trace));
  }
  const untold = connections.filter(({ id }) => !wrong.has("launches " + id));
  const lost = await Promise.all(
    untold.map(async ({ id }) =>
      lostAt(id, (await canaries.of(id)).begunAt, { newest, seenFrom, now: now() }),
    ),
  );
  const told = [...wrong.values(), ...lost.flat()];
  const others = KINDS.filter((name) => !told.some((check) => check.name === name));
  const isNone = !newest.some(({ what }) => what.includes(PATHS.launches));
  const none = seenFrom === day.from ? NO_LAUNCH.all : NO_LAUNCH.newest;
  return [...told, ...others.map((name) => (isNone ? nothingYet({ name }, none) : { name }))];
}

const NO_LAUNCH = {
  all: "nobody has opened a visit from a chart within the last day",
  newest: "none of the newest requests that are noted opened a visit from a chart",
};

/** A clinician who has to sign in has come back by then. */
const SIGNED_IN_MS = 15 * 60_000;

/**
 * Oracle shows a page of its own where it does not know the client id or the redirect URL, and sends nobody back, so that the
 * connector hears nothing. Somebody may also have closed the window, so it is told as a warning.
 */
function lostAt(
  of: string,
  begunAt: Date | undefined,
  {
    newest,
    seenFrom,
    now,
  }: { readonly newest: readonly Trace[]; readonly seenFrom: Date; readonly now: Date },
): readonly Check[] {
  if (begunAt === undefined) return [];
  const age = now.getTime() - begunAt.getTime();
  // Whoever came back may be among the traces that were not read.
  const isCut = seenFrom > begunAt;
  const isBack = newest.some(
    ({ at, connection, what }) =>
      new Date(at) >= begunAt && what.includes(PATHS.launchCallback) && (connection ?? of) === of,
  );
  if (age < SIGNED_IN_MS || age > DAY_MS || isCut || isBack) return [];
  return [
    {
      name: "launches",
      of,
      isWarning: true,
      fault: `A launch began at ${begunAt.toISOString().slice(11, 16)} (UTC), and nobody has come back from the chart system’s sign-in since. Oracle shows a page of its own where it knows the client id or the redirect URL not, or where the client is not enabled in that domain.`,
    },
  ];
}

const endOf = ({ outcome }: Trace): LaunchEnd | undefined =>
  (ENDS as Readonly<Record<string, LaunchEnd | undefined>>)[outcome];

const checkOf = (
  { check, says, saysWhence, move, isByAnybody }: LaunchEnd,
  of: string | undefined,
  { baseUrl, reference }: Trace,
): Check => ({
  name: check,
  ...(of !== undefined && { of }),
  fault: `${baseUrl === undefined ? says : (saysWhence?.(baseUrl) ?? says)} The last such launch has the reference ${reference}, by which Traces finds it.`,
  ...(move !== undefined && { move }),
  ...(isByAnybody && { isWarning: true }),
});

async function keyChecks({ hospital, log, now, vault }: Picks): Promise<readonly Check[]> {
  const keys = [...(await keysInUse(hospital))];
  return Promise.all(
    keys.map(async ([key, algorithm]): Promise<Check> => {
      const check = { name: "signing-keys", of: key } as const;
      try {
        const published = await vault.publicKeys(key, algorithm);
        if (published.length === 0)
          return { ...check, fault: "No version of the key is enabled and valid. Enable one, or make one." };
        const days = Math.floor((now().getTime() - (await vault.madeAt(key)).getTime()) / DAY_MS);
        if (days < ROTATED_AFTER_DAYS + A_MONTH_DAYS) return check;
        return {
          ...check,
          isWarning: true,
          fault: `Its newest version is ${String(days)} days old, and the vault should make one each year. Make a new version; the old one stays published beside it.`,
        };
      } catch (error) {
        if (!(error instanceof VaultFault)) throw error;
        log.warn("signing_key.not_read", { names: [key] });
        return { ...check, fault: error.message };
      }
    }),
  );
}
