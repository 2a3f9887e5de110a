/** The system client of a connection, as a test opens it: over real HTTP, with a vault that signs by the test's own key. */
import type { CryptoKey } from "jose";
import { openSystemEhr } from "../../../../app/adapters/fhir/system/systemEhr.ts";
import type { Environment } from "../../../../app/domain/environment.ts";
import { fhirBaseUrl } from "../../../../app/domain/fhirBaseUrl.ts";
import type { ConfiguredClient } from "../../../../app/domain/hospital.ts";
import { JOBS_AT_ONCE } from "../../../../app/domain/job.ts";
import { jsonLog } from "../../../../app/log.ts";
import {
  hasSystemClient,
  type Asker,
  type AppointmentPage,
  type AppointmentSearch,
  type BrokenOff,
  type SystemAppointment,
  type SystemChart,
  type SystemConnection,
} from "../../../../app/ports/systemEhr.ts";
import { VaultFault, type Vault } from "../../../../app/ports/vault.ts";

export interface OpenedAs {
  readonly base: string;
  readonly tokenEndpoint: string;
  readonly now: () => Date;
  readonly environment?: Environment;
  readonly change?: Partial<SystemConnection>;
  readonly key?: CryptoKey;
  /** The fault with which the vault refuses to sign. */
  readonly vaultFault?: VaultFault;
  readonly as?: Asker["as"];
  readonly signal?: AbortSignal;
}

export const SIGNS: ConfiguredClient = {
  clientId: "system",
  authentication: { method: "private_key_jwt", key: "fhir-client", algorithm: "RS384" },
};
export const withSecret = (secret: string): ConfiguredClient => ({
  clientId: "system-with-secret",
  authentication: { method: "client_secret_basic", secret },
});

export const systemChart = (opened: OpenedAs): SystemChart => systemCharts(opened)(opened.change ?? {});

/** Opens the client once and returns a function that gives the chart of a connection, possibly changed. */
export function systemCharts(opened: OpenedAs): (change: Partial<SystemConnection>) => SystemChart {
  const { base, tokenEndpoint, now, environment = "local", key, vaultFault } = opened;
  const { as = "round", signal = new AbortController().signal } = opened;
  const verdict = fhirBaseUrl(base, { loopback: true });
  if (!verdict.ok) throw new Error(verdict.reason);
  const usual = {
    id: "lamna",
    name: "Lamna Healthcare",
    environment: "production" as const,
    visitTypes: ["Video Visit"] as [string, ...string[]],
    fhirBaseUrl: verdict.url,
    aud: base,
    system: SIGNS,
  };
  const ehr = openSystemEhr({
    vault: vault(key, vaultFault),
    keyring: { open: (_context, sealed) => sealed },
    environment,
    log: jsonLog(() => undefined, now),
    now,
    wait: () => Promise.resolve(),
    jobsAtOnce: JOBS_AT_ONCE,
    allowLoopback: true,
  });
  return (change) => {
    const connection = { ...usual, ...change };
    if (!hasSystemClient(connection)) throw new Error("no system client");
    return ehr.chart(connection, { tokenEndpoint }, { as, signal });
  };
}

/** A vault whose secrets' values are their names. */
function vault(key: CryptoKey | undefined, fault?: VaultFault): Vault {
  const nobody = () => Promise.reject(new Error("nobody asks"));
  return {
    async sign(name, _algorithm, dataFor) {
      if (fault !== undefined) throw fault;
      if (key === undefined) throw new VaultFault("The vault has no key named " + name);
      const data = new Uint8Array(dataFor("rsa"));
      return { kid: "rsa", value: new Uint8Array(await crypto.subtle.sign("RSASSA-PKCS1-v1_5", key, data)) };
    },
    secret: (name) => Promise.resolve(name),
    publicKeys: nobody,
    wrap: nobody,
    unwrap: nobody,
  };
}

/** Reads a search to its end. @returns the newest copy of each appointment, and everything that the search said */
export async function wholeSearch(chart: SystemChart, search: AppointmentSearch) {
  const said: (AppointmentPage | BrokenOff)[] = [];
  for await (const one of chart.appointments(search)) said.push(one);
  const pages = said.filter((one) => one.kind === "page");
  const found = new Map<string, SystemAppointment>(
    pages.flatMap(({ appointments }) => appointments.map((each) => [each.id, each] as const)),
  );
  return { said, pages, found, end: said.find((one) => one.kind === "broken-off")?.by };
}
