/** The flow of patients and their guests, from the link in a message on. */
import { PATHS } from "../../domain/addresses.ts";
import { faultPages } from "../../web/faults.ts";
import type { Flow, House } from "../../web/flow.ts";
import { flowRoutes } from "../../web/flowRoutes.ts";
import { patientChecks } from "./checks.ts";
import { patientFaults } from "./faults.ts";
import type { PatientPicks } from "./parts.ts";
import { patientRoutes } from "./routes.ts";

/** It has no jobs or ticks, and depends on nothing but the store. */
export function patientFlow(parts: PatientPicks, { renderPage }: Pick<House, "renderPage">): Flow {
  const routes = flowRoutes(
    {
      ours: [PATHS.link, PATHS.linkPage],
      writes: "nobody",
      faults: faultPages(patientFaults(renderPage, parts.hospital.organization), parts),
    },
    patientRoutes(parts, renderPage),
  );
  return { routes, jobs: {}, ticks: [], checks: () => patientChecks(parts) };
}
