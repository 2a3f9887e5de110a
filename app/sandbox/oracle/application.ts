/**
 * Oracle Health without a listener of its own: an authorization server, FHIR R4 and a board like PowerChart's, at given
 * addresses.
 */
import express, { type ErrorRequestHandler, type Router } from "express";
import { allOver } from "../allOver.ts";
import type { Hosting } from "../standIn.ts";
import { board } from "./board/routes.tsx";
import { openPowerChart } from "./board/sessions.ts";
import { codeConsole } from "./console/routes.tsx";
import { keptApplications, openApplications } from "./console/applications.ts";
import { openClinic, type Clinic } from "./clinic/clinic.ts";
import { makeShelf } from "./clinic/shelf.ts";
import type { Domain } from "./domain.ts";
import { faultMenu, type FaultMenu } from "./faults.ts";
import { fhirRoutes } from "./fhir/routes.ts";
import { isEnabled, type OracleOptions } from "./options.ts";
import { PATHS, type Addresses } from "./smart/addresses.ts";
import { authorizePage } from "./smart/authorize.tsx";
import { fetchPublishedJwks, makeClientAuthentication } from "./smart/clientAuthentication.ts";
import { openidConfiguration } from "./smart/discovery.ts";
import { makeGrants, type Launch } from "./smart/grants.ts";
import { keptSignIn } from "./smart/kept.ts";
import { makeSigningKeys } from "./smart/keys.ts";
import { tokenEndpoint } from "./smart/token.ts";

export interface OracleApplication {
  readonly faults: FaultMenu;
  fhirBaseUrl(tenant: string): string;
  clinic(tenant: string): Clinic;
  /** The address that PowerChart's Teams tile opens: the client's launch URL with `iss` and a fresh, single-use `launch`. */
  launchUrl(launch: Launch): string;
  /** The pages that people open: the sign-in and the board. */
  readonly pages: Router;
  /** The addresses that programs call. */
  readonly programs: Router;
  /** Resolves when the state is on the disk; later changes are not kept. */
  readonly close: () => Promise<void>;
}

/** @param options its clients are read anew each time, so that one may be registered later */
export async function openOracle(
  hosting: Pick<Hosting, "now" | "dataFolder">,
  options: OracleOptions,
  at: (tenant: string) => Addresses,
): Promise<OracleApplication> {
  for (const { id } of options.tenants)
    if (!/^[\w-]+$/u.test(id)) throw new Error(`A tenant's id is letters, digits, _ and -; "${id}" is not`);
  const shelves = options.tenants.map(({ id }) => makeShelf(hosting.dataFolder, id));
  const signIn = keptSignIn(hosting.dataFolder);
  const registrations = keptApplications(hosting.dataFolder);
  const close = async (): Promise<void> => {
    await allOver([signIn, registrations, ...shelves].map((each) => each.close()));
  };
  const [applications, keys, grants, ...clinics] = await allOver([
    openApplications(registrations),
    makeSigningKeys(hosting.now(), signIn.keys),
    makeGrants(hosting.now, signIn.tokens),
    ...options.tenants.map(({ id }, index) =>
      openClinic(id, index, shelves[index] ?? makeShelf(undefined, id), hosting.now),
    ),
  ]).catch(async (error: unknown) => {
    // The reason for the failure matters more than state that could not be written while closing.
    await close().catch(() => undefined);
    throw error;
  });

  const domains = new Map(
    options.tenants.map((tenant, index): [string, Domain] => {
      const clinic = clinics[index];
      if (clinic === undefined) throw new Error(`The clinic of ${tenant.id} did not open`);
      return [tenant.id, { tenant, clinic, at: at(tenant.id) }];
    }),
  );
  const known = (tenant: string): Domain => {
    const found = domains.get(tenant);
    if (found === undefined) throw new Error(`There is no tenant ${tenant}`);
    return found;
  };
  const faults = faultMenu();
  const clients = () => [...options.clients, ...applications.clients()];
  const launchUrl = (launch: Launch): string => {
    const client = clients().find(({ clientId }) => clientId === launch.clientId);
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
    now: hosting.now,
    clients,
    applications,
    domain: (tenant: string | undefined) => domains.get(tenant ?? ""),
    domains: [...domains.values()],
    powerChart: openPowerChart(),
    authentication: makeClientAuthentication(clients, options.fetchJwks ?? fetchPublishedJwks, hosting.now),
  };

  return {
    faults,
    launchUrl,
    fhirBaseUrl: (tenant) => known(tenant).at.fhirBase,
    clinic: (tenant) => known(tenant).clinic,
    pages: express.Router().use(authorizePage(deps), codeConsole(deps), board(deps)),
    programs: programsOf(deps),
    close,
  };
}

type Deps = Parameters<typeof tokenEndpoint>[0] & Parameters<typeof fhirRoutes>[0];

function programsOf(deps: Deps): Router {
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
  return programs.use(fhirRoutes(deps));
}

/** Shows an error that no rule of the stand-in expected to the person who runs it, because it is a bug of the stand-in. */
export const bugs: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) next(error);
  else
    response
      .status(500)
      .type("text/plain")
      .send(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
};
