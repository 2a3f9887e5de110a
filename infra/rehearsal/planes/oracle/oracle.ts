/** Oracle Health behind the front: each connection's chart system at its own base URL, and the sign-in at Oracle's host. */
import { randomBytes } from "node:crypto";
import * as z from "zod";
import { integrationRecord, type IntegrationRecord } from "../../../../app/domain/integration.ts";
import { scopesToAsk, systemScopes } from "../../../../app/domain/scopes.ts";
import { openOracle, type OracleApplication } from "../../../../app/sandbox/oracle/application.ts";
import { clientsOf, type Client } from "../../../../app/domain/hospital.ts";
import type { RegisteredClient, OracleTenant } from "../../../../app/sandbox/oracle/options.ts";
import { addressesOf } from "../../../../app/sandbox/oracle/smart/addresses.ts";
import type { StackSettings } from "../../../stack.ts";
import type { Caller } from "../../front/hosts/caller.ts";
import type { EntryFetch } from "../../front/hosts/fetch.ts";
import type { Front } from "../../front/hosts/front.ts";
import { chartSystems, OF_PORTAL, ORIGINS, type ChartSystem } from "./chartSystems.ts";
import { hostsOf, served } from "./hosts.ts";

export interface OracleOptions {
  readonly stack: Pick<StackSettings, "connections" | "environment">;
  readonly front: Front;
  readonly now: () => Date;
  /** Where Oracle's requests for the connector's published keys come from. */
  readonly caller: Caller;
  /** Client secrets that Oracle issued when the stack was visited before, by their names in the vault. */
  readonly issued?: ReadonlyMap<string, string>;
}

export interface OracleHealth extends Pick<OracleApplication, "clinic" | "launchUrl" | "faults"> {
  readonly systems: readonly ChartSystem[];
  /** The address at which a person opens PowerChart's stand-in. */
  readonly board: string;
  /** The client secrets that Oracle issued, by the names that the stack gives them in the vault. */
  readonly secrets: ReadonlyMap<string, string>;
  /**
   * Registers clients as somebody would in the code console, by the deployment's integration records and by the one that the
   * portal shows for its connection.
   */
  register(records: readonly IntegrationRecord[], publicUrl: string): void;
}

export async function openOracleHealth(options: OracleOptions): Promise<OracleHealth> {
  const { stack, front, now, caller, issued } = options;
  const systems = chartSystems(stack);
  const [first, ...others] = systems.map(({ oracleTenant, connection }): OracleTenant => ({
    id: oracleTenant,
    environment: connection.environment,
  }));
  if (first === undefined) throw new Error("The portal's chart system is always there.");
  const clients: RegisteredClient[] = [];
  const { fetch } = await front.entryPoint(caller);
  const oracle = await openOracle(
    { now },
    { tenants: [first, ...others], clients, fetchJwks: (url) => keysAt(url, fetch) },
    (oracleTenant) =>
      systems.find((one) => one.oracleTenant === oracleTenant)?.at ?? addressesOf(ORIGINS, oracleTenant),
  );
  for (const host of hostsOf(systems)) front.route(host, served(oracle, systems, host));

  const secrets = new Map(
    systems
      .flatMap(({ connection }) => clientsOf(connection))
      .flatMap(({ authentication }) =>
        authentication.method === "client_secret_basic"
          ? [[authentication.secret, issued?.get(authentication.secret) ?? newSecret()] as const]
          : [],
      ),
  );
  return {
    ...oracle,
    systems,
    secrets,
    board: ORIGINS.pages + "/",
    register: (records, publicUrl) => {
      const all = [...records, integrationRecord(stack.environment, OF_PORTAL, publicUrl)];
      clients.splice(
        0,
        Infinity,
        ...systems.flatMap((system) => {
          const record = all.find(({ connection }) => connection === system.connection.id);
          return record === undefined ? [] : registered(stack, system, record, secrets);
        }),
      );
    },
  };
}

const newSecret = (): string => randomBytes(24).toString("base64url");

/** The clients to register for a connection; none as long as the connection has no client ids. */
function registered(
  { environment }: Pick<StackSettings, "environment">,
  { connection, oracleTenant }: ChartSystem,
  { redirectUrl, launchUrl, jwksUrl }: IntegrationRecord,
  secrets: ReadonlyMap<string, string>,
): readonly RegisteredClient[] {
  const { provider, system } = connection;
  const at = ({ clientId, authentication: way }: Client) => {
    const secret = way.method === "client_secret_basic" ? secrets.get(way.secret) : undefined;
    return {
      clientId,
      tenants: [oracleTenant],
      authentication: secret === undefined ? { jwksUrl } : { secret },
    };
  };
  // The scopes that an administrator would select in the code console.
  const launches = provider && {
    ...at(provider),
    persona: "provider" as const,
    redirectUris: [redirectUrl],
    launchUrl,
    scopes: scopesToAsk(connection),
  };
  const alone = system && {
    ...at(system),
    persona: "system" as const,
    redirectUris: [],
    scopes: systemScopes(environment, connection),
  };
  return [launches, alone].filter((client) => client !== undefined);
}

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

/** Fetches a key set as Oracle does: without redirects, within five seconds. */
async function keysAt(url: string, fetch: EntryFetch): Promise<z.output<typeof keySet>> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(5000) });
  if (answer.status !== 200) throw new Error(`The key set at ${url} answered ${String(answer.status)}`);
  return keySet.parse(await answer.json());
}
