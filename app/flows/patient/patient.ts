/** The flow of patients and their guests, from the link in a message on. */
import { PATHS } from "../../domain/addresses.ts";
import { faultPages } from "../../web/faults.ts";
import type { Flow, House } from "../../web/flow.ts";
import { flowRoutes } from "../../web/flowRoutes.ts";
import { browserJudge } from "../../web/supportedBrowser.ts";
import { patientChecks } from "./checks.ts";
import { patientDoor, type Answering, type DoorHeaders, type PatientDoor } from "./door.ts";
import { patientFaults } from "./faults.ts";
import { openings } from "./opening.ts";
import type { PatientPicks } from "./parts.ts";
import { patientRoutes } from "./routes.ts";
import { showVisit } from "./showVisit.ts";

/** It has no jobs or ticks, and depends on nothing but the store. */
export function patientFlow(
  parts: PatientPicks,
  { renderPage, caller }: Pick<House, "renderPage" | "caller">,
): Flow & { readonly door: (headers: DoorHeaders) => PatientDoor } {
  const [judge, noteOpening] = [browserJudge(), openings(parts)];
  const show = showVisit(parts, renderPage, { judge, noteOpening });
  const answering: Answering = { judge, noteOpening, show, looked: new WeakMap() };
  const routes = flowRoutes(
    {
      ours: [PATHS.link, PATHS.linkPage],
      writes: "nobody",
      faults: faultPages(patientFaults(renderPage, parts.hospital.organization), { ...parts, caller }),
    },
    patientRoutes(parts, renderPage, answering),
  );
  return {
    routes,
    jobs: {},
    ticks: [],
    checks: () => patientChecks(parts),
    door: (headers) => patientDoor(parts, answering, headers),
  };
}
