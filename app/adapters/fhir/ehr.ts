import type { Wait } from "../../domain/retry.ts";
import type { Ehr } from "../../ports/ehr.ts";
import { EhrFault } from "../../ports/ehr.ts";
import type { Vault } from "../../ports/vault.ts";
import { openChart, type ChartDeps } from "./chart.ts";
import { probe } from "./discovery.ts";
import { KeySets } from "./idToken.ts";
import { openSend, Unreachable, type Send } from "./send.ts";
import { redeem, renew, signInUrl } from "./signIn.ts";

export interface EhrOptions {
  readonly vault: Vault;
  readonly now: () => Date;
  readonly wait: Wait;
  /** Plain http and loopback addresses: `environment: local` only. */
  readonly allowLoopback: boolean;
}

export function openEhr(options: EhrOptions): Ehr {
  const { vault, now, wait, allowLoopback } = options;
  const probing = openSend({ deadlineMs: 10_000, maxBytes: 1_000_000, allowLoopback });
  const calling = openSend({ deadlineMs: 10_000, maxBytes: 4_000_000, allowLoopback });
  const keys = new KeySets(answered(probing), now);
  const signIn = { send: answered(calling), vault, keys, now };
  const chart: ChartDeps = { send: calling, now, wait, places: new Map() };
  return {
    probe: (connection) => probe(probing, connection, allowLoopback),
    signInUrl,
    redeem: (connection, endpoints, answer) => redeem(signIn, connection, endpoints, answer),
    renew: (connection, endpoints, grant) => renew(signIn, connection, endpoints, grant),
    chart: (connection, grant) => openChart(chart, connection, grant),
  };
}

/** For the sign-in, silence is the chart system not being available. */
function answered(send: Send): Send {
  return (request) =>
    send(request).catch((cause: unknown) => {
      if (cause instanceof Unreachable)
        throw new EhrFault({ kind: "chart-unavailable" }, "the EHR's sign-in did not answer", { cause });
      throw cause;
    });
}
