/** The flow of colleagues, from the link that a clinician sent them on. */
import { PATHS } from "../../domain/addresses.ts";
import { faultPages } from "../../web/faults.ts";
import type { Flow, House } from "../../web/flow.ts";
import { flowRoutes } from "../../web/flowRoutes.ts";
import { staffFaults } from "./faults.tsx";
import { isOfTestChart } from "./link.ts";
import { staffPages } from "./pages.ts";
import type { StaffPicks } from "./parts.ts";
import { staffRoutes } from "./routes.ts";

/** It has no jobs or ticks, and depends on nothing but the store and Microsoft's sign-in. */
export function staffFlow(parts: StaffPicks, house: House): Flow {
  const pages = staffPages(house.renderPage, parts.hospital.organization.name);
  const routes = flowRoutes(
    {
      ours: [PATHS.staffLink],
      writes: "nobody",
      faults: faultPages(staffFaults(pages, testLinks(parts)), { ...parts, ...house }),
    },
    staffRoutes(parts, pages, house),
  );
  return { routes, jobs: {}, ticks: [], checks: () => Promise.resolve([]) };
}

/** Whether the link in an address belongs to a test chart's visit; false where that cannot be read. */
function testLinks(parts: StaffPicks): (address: string) => Promise<boolean> {
  return async (address) => {
    const [, token = ""] = /\/[^/]+\/([^/?]+)/.exec(address) ?? [];
    const claims = parts.visits.claims(token);
    try {
      return claims !== undefined && (await isOfTestChart(parts, await parts.visits.byId(claims.visit)));
    } catch (error) {
      parts.log.error("fault_page.visit_not_read", error);
      return false;
    }
  };
}
