/** Clinicians, from the chart to the visit's page: what the process needs to know of this flow. */
import { Router, type RequestHandler } from "express";
import { PATHS } from "../../domain/addresses.ts";
import { faultPages, nothingHere } from "../../web/faults.ts";
import type { Check, Flow, House } from "../../web/flow.ts";
import { sameOriginWrites } from "../../web/sameOrigin.ts";
import { refuseOldBrowser } from "./browser.ts";
import { providerFaults } from "./faults.tsx";
import { freshSessions } from "./freshSession.ts";
import { keySetRoutes } from "./keySet.ts";
import { clinicianPages } from "./pages.ts";
import type { ProviderParts, ProviderPicks } from "./parts.ts";
import { accountRoutes, launchRoutes, visitRoutes } from "./routes.ts";

/** Addresses that no other flow has. */
const OURS = ["/launch", PATHS.visits];
const HOUR_SECONDS = 3600;

export function providerFlow(picks: ProviderPicks, house: House): Flow {
  const parts: ProviderParts = { ...picks, freshSession: freshSessions(picks) };
  const pages = clinicianPages(house.renderPage, parts.hospital.organization.name);
  const routes = Router();
  routes.use(keySetRoutes(parts));
  routes.use(OURS, refuseOldBrowsers, sameOriginWrites(parts.publicUrl));
  routes.use(launchRoutes(parts, house));
  routes.use(visitRoutes(parts, pages));
  routes.use(accountRoutes(parts, pages, house));
  routes.use([...OURS, PATHS.keySet], nothingHere);
  routes.use(faultPages(providerFaults(house.renderPage), parts.log));
  const { standings } = parts;
  return {
    routes,
    jobs: [{ name: "connections.probe", everySeconds: HOUR_SECONDS, run: () => standings.probeAll() }],
    checks: () => connectionChecks(parts),
  };
}

const refuseOldBrowsers: RequestHandler = (request, _response, next) => {
  refuseOldBrowser(request);
  next();
};

/** Each connection whose registration is known, as its last probe found it. */
async function connectionChecks({
  hospital,
  standings,
}: Pick<ProviderPicks, "hospital" | "standings">): Promise<readonly Check[]> {
  const connections = await hospital.connections();
  const registered = connections.filter(({ provider }) => provider !== undefined);
  return Promise.all(
    registered.map(async (connection): Promise<Check> => {
      const standing = await standings.of(connection);
      const check = { name: "connection", of: connection.id };
      return standing.ok ? check : { ...check, fault: standing.reason };
    }),
  );
}
