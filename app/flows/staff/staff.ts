/** Colleagues, from the link that a clinician sent them: what the process needs to know of this flow. */
import { PATHS } from "../../domain/addresses.ts";
import { faultPages } from "../../web/faults.ts";
import type { Flow, House } from "../../web/flow.ts";
import { flowRoutes } from "../../web/flowRoutes.ts";
import { staffFaults } from "./faults.tsx";
import { staffPages } from "./pages.ts";
import type { StaffPicks } from "./parts.ts";
import { staffRoutes } from "./routes.ts";

/** It does nothing by itself, and depends on nothing but the store and Microsoft's sign-in. */
export function staffFlow(parts: StaffPicks, house: House): Flow {
  const pages = staffPages(house.renderPage, parts.hospital.organization.name);
  const routes = flowRoutes(
    {
      ours: [PATHS.staffLink],
      writes: "nobody",
      faults: faultPages(staffFaults(pages), parts.log),
    },
    staffRoutes(parts, pages, house),
  );
  return { routes, jobs: {}, ticks: [], checks: () => Promise.resolve([]) };
}
