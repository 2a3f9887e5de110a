/** The port {@link Ehr} by FHIR and SMART: probes a connection, signs a clinician in, and opens one chart. */
import type { ConfiguredConnection } from "../../domain/hospital.ts";
import type { NoteCall } from "../../domain/trace.ts";
import type { Wait } from "../../domain/retry.ts";
import type { Log } from "../../log.ts";
import { EhrFault, type Ehr, type Probe } from "../../ports/ehr.ts";
import { SealBroken, type Keyring } from "../../ports/keyring.ts";
import { VaultFault, type Vault } from "../../ports/vault.ts";
import { secretOf, type Secrets } from "./clientAuthentication.ts";
import { openChart, type ChartDeps } from "./chart.ts";
import { probe } from "./discovery.ts";
import { KeySets } from "./keySets.ts";
import { isLasting, SEALED_BY_OTHERS } from "./proofFaults.ts";
import { openSend } from "./send.ts";
import { redeem, renew, signInUrl, type IsSamePatient } from "./signIn.ts";

export interface EhrOptions {
  readonly vault: Vault;
  /** Opens the sealed secrets of connections that administrators have made in the portal. */
  readonly keyring: Pick<Keyring, "open">;
  readonly log: Log;
  readonly now: () => Date;
  readonly wait: Wait;
  /** Whether plain http and loopback addresses are allowed: in `environment: local` only. */
  readonly allowLoopback: boolean;
  /** Called for each request, to note it in the trace. */
  readonly note?: NoteCall;
}

/** The capability statement of a large server is a few megabytes. */
const MAX_BYTES = 4_000_000;

export function openEhr(options: EhrOptions): Ehr {
  const { vault, keyring, log, now, wait, allowLoopback } = options;
  const secrets = { vault, keyring };
  const send = openSend({
    deadlineMs: 10_000,
    maxBytes: MAX_BYTES,
    allowLoopback,
    ...(options.note && { note: options.note }),
  });
  const keys = new KeySets({ send, now, wait });
  const signIn = { send, secrets, keys, log, now, wait };
  const chart: ChartDeps = { send, now, wait, locations: new Map() };
  const isSamePatient: IsSamePatient = async (connection, grant, other) => {
    const opened = openChart(chart, connection, grant);
    const both = [grant.patient, other];
    // Only one of the two may name the other, and the one that was replaced may not be shown any more.
    const looks = await Promise.allSettled(both.map((id) => opened.patient(id)));
    const known = looks.flatMap((look) => (look.status === "fulfilled" ? look.value : []));
    if (known.some(({ id, replaced }) => both.every((one) => [id, ...replaced].includes(one)))) return true;
    const unread = looks.flatMap((look) => (look.status === "rejected" ? [look.reason as unknown] : []));
    const failure = unread.find((error) => !isNotShown(error));
    if (failure instanceof Error) throw failure;
    return false;
  };
  return {
    async probe(connection) {
      const probed = await probe({ send, now, loopback: allowLoopback }, connection);
      return probed.ok ? ((await missingProof(secrets, connection)) ?? probed) : probed;
    },
    signInUrl,
    redeem: (connection, endpoints, answer) => redeem(signIn, connection, endpoints, answer),
    renew: (connection, endpoints, grant, when) =>
      renew({ ...signIn, isSamePatient }, connection, endpoints, grant, when),
    chart: (connection, grant) => openChart(chart, connection, grant),
  };
}

/** Whether the chart answered, and shows no such record to this clinician. */
const isNotShown = (error: unknown): boolean =>
  error instanceof EhrFault && error.problem.kind === "chart-refused";

/**
 * What is missing for the connector to authenticate (its key or its secret); undefined when nothing is. Without it the token
 * endpoint would refuse every sign-in, so the clinician is told before the sign-in begins.
 */
async function missingProof(
  secrets: Secrets,
  { provider }: ConfiguredConnection,
): Promise<Probe | undefined> {
  if (provider === undefined) return undefined;
  const { authentication } = provider;
  try {
    if (authentication.method === "client_secret_basic") await secretOf(secrets, authentication);
    else if ((await secrets.vault.publicKeys(authentication.key, authentication.algorithm)).length === 0)
      return {
        ok: false,
        why: "proof",
        obstacle: "proof",
        reason: "The vault has no key named " + authentication.key + " that is valid now",
      };
    return undefined;
  } catch (error) {
    if (error instanceof SealBroken)
      return { ok: false, why: "proof", obstacle: "proof", reason: SEALED_BY_OTHERS };
    if (!(error instanceof VaultFault)) throw error;
    const why = isLasting(error) ? "proof" : "unwell";
    return { ok: false, why, obstacle: "proof", reason: error.message };
  }
}
