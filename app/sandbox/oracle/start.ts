import express, { type ErrorRequestHandler, type Express } from "express";
import { listen } from "../listen.ts";
import type { Ground, StandIn } from "../standIn.ts";
import { board } from "./board/routes.tsx";
import { openPowerChart } from "./board/sessions.ts";
import { openClinic, type Clinic } from "./clinic/clinic.ts";
import { makeShelf } from "./clinic/shelf.ts";
import type { Domain } from "./domain.ts";
import { makeFaults, type Faults } from "./faults.ts";
import { fhirRoutes } from "./fhir/routes.ts";
import { isEnabled, type OracleOptions } from "./options.ts";
import { addressesOf, PATHS } from "./smart/addresses.ts";
import { authorizePage } from "./smart/authorize.tsx";
import { fetchPublishedJwks, makeClientAuthentication } from "./smart/clientAuthentication.ts";
import { openidConfiguration } from "./smart/discovery.ts";
import { makeGrants, type Launch } from "./smart/grants.ts";
import { makeSigningKeys } from "./smart/keys.ts";
import { tokenEndpoint } from "./smart/token.ts";

export type { OracleOptions, RegisteredClient, Tenant } from "./options.ts";
export type { Launch } from "./smart/grants.ts";

export interface OracleStandIn extends StandIn {
  readonly faults: Faults;
  fhirBaseUrl(tenant: string): string;
  clinic(tenant: string): Clinic;
  /** What PowerChart's Teams tile opens: the client's launch URL with `iss` and a fresh, single-use `launch`. */
  launchUrl(launch: Launch): string;
}

/** Starts a stand-in for Oracle Health: authorization server, FHIR R4 and a board like PowerChart's. */
export async function startOracle(ground: Ground, options: OracleOptions): Promise<OracleStandIn> {
  for (const { id } of options.tenants)
    if (!/^[\w-]+$/u.test(id)) throw new Error(`A tenant's id is letters, digits, _ and -; "${id}" is not`);
  const shelves = options.tenants.map(({ id }) => makeShelf(ground.dataFolder, id));
  const [keys, ...clinics] = await Promise.all([
    makeSigningKeys(ground.now()),
    ...options.tenants.map(({ id }, index) =>
      openClinic(id, index, shelves[index] ?? makeShelf(undefined, id), ground.now),
    ),
  ]);

  const app = express().disable("x-powered-by").disable("etag");
  const listening = await listen(app, ground);
  const domains = new Map(
    options.tenants.map((tenant, index): [string, Domain] => {
      const clinic = clinics[index];
      if (clinic === undefined) throw new Error(`The clinic of ${tenant.id} did not open`);
      return [tenant.id, { tenant, clinic, at: addressesOf(listening, tenant.id) }];
    }),
  );
  const known = (tenant: string): Domain => {
    const found = domains.get(tenant);
    if (found === undefined) throw new Error(`There is no tenant ${tenant}`);
    return found;
  };
  const faults = makeFaults();
  const grants = makeGrants(ground.now);
  const launchUrl = (launch: Launch): string => {
    const client = options.clients.find(({ clientId }) => clientId === launch.clientId);
    if (client?.launchUrl === undefined || !isEnabled(client, launch.tenant))
      throw new Error(`${launch.clientId} cannot be launched in ${launch.tenant}`);
    const url = new URL(client.launchUrl);
    url.searchParams.set("iss", known(launch.tenant).at.fhirBase);
    url.searchParams.set("launch", grants.launch(launch));
    return url.href;
  };
  const deps = {
    keys,
    faults,
    grants,
    launchUrl,
    now: ground.now,
    clients: options.clients,
    domain: (tenant: string | undefined) => domains.get(tenant ?? ""),
    domains: [...domains.values()],
    powerChart: openPowerChart(),
    authentication: makeClientAuthentication(
      options.clients,
      options.fetchJwks ?? fetchPublishedJwks,
      ground.now,
    ),
  };
  serve(app, deps);

  return {
    name: "Oracle Health",
    pages: listening.pages,
    backChannel: listening.backChannel,
    received: listening.received,
    faults,
    launchUrl,
    fhirBaseUrl: (tenant) => known(tenant).at.fhirBase,
    clinic: (tenant) => known(tenant).clinic,
    stop: async () => {
      await listening.stop();
      await Promise.all(shelves.map((shelf) => shelf.settled()));
    },
  };
}

type Deps = Parameters<typeof board>[0] &
  Parameters<typeof tokenEndpoint>[0] &
  Parameters<typeof authorizePage>[0] &
  Parameters<typeof fhirRoutes>[0];

/** What people open is on the http port only, what programs call on the https port only. */
function serve(app: Express, deps: Deps): void {
  const pages = express.Router().use(authorizePage(deps), board(deps));
  const programs = express.Router().use(tokenEndpoint(deps));
  programs.get(PATHS.jwks, (_request, response) => {
    response.json(deps.keys.published);
  });
  programs.get(PATHS.openid, (request, response, next) => {
    const domain = deps.domain(request.params.tenant);
    if (domain === undefined) next();
    else response.json(openidConfiguration(domain.at));
  });
  programs.get(PATHS.style, (_request, response) => {
    response.json({ color_background: "#ffffff", color_highlight: "#0b5a8f" });
  });
  programs.use(fhirRoutes(deps));
  app.use((request, response, next) => {
    (request.secure ? programs : pages)(request, response, next);
  });
  app.use((_request, response) => {
    response.status(404).type("text/plain").send("Nothing is here\n");
  });
  app.use(bugs);
}

/** What no rule of the stand-in foresaw is a bug of the stand-in: it is shown to whoever runs it. */
const bugs: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) next(error);
  else
    response
      .status(500)
      .type("text/plain")
      .send(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
};
