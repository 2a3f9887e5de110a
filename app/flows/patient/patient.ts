/** Patients and their guests, from the link in a message: what the process needs to know of this flow. */
import { Router } from "express";
import { PATHS } from "../../domain/addresses.ts";
import { faultPages, nothingHere } from "../../web/faults.ts";
import type { Flow, House } from "../../web/flow.ts";
import { patientFaults } from "./faults.ts";
import type { PatientPicks } from "./parts.ts";
import { patientRoutes } from "./routes.ts";

/** It does nothing by itself, and depends on nothing but the store. */
export function patientFlow(parts: PatientPicks, { renderPage }: Pick<House, "renderPage">): Flow {
  const routes = Router();
  routes.use(patientRoutes(parts, renderPage));
  routes.use([PATHS.link, PATHS.linkPage], nothingHere);
  routes.use(faultPages(patientFaults(renderPage, parts.hospital.organization), parts.log));
  return { routes, jobs: [], checks: () => Promise.resolve([]) };
}
