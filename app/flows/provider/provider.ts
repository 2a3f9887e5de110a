/** The clinicians' flow, from the chart to the visit's page: its routes, jobs, ticks and checks. */
import { Router } from "express";
import { PATHS } from "../../domain/addresses.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { inTime } from "../../domain/waits.ts";
import { faultPages } from "../../web/faults.ts";
import type { Flow, House } from "../../web/flow.ts";
import { flowRoutes } from "../../web/flowRoutes.ts";
import { refuseOldBrowsers } from "./browser.ts";
import { providerChecks } from "./checks.ts";
import { faultCharts } from "./faultChart.ts";
import { providerFaults } from "./faults.tsx";
import { freshSessions } from "./freshSession.ts";
import { keySetRoutes } from "./keySet.ts";
import { clinicianPages } from "./pages.ts";
import { meetingJob } from "./meetingJob.ts";
import type { ProviderParts, ProviderPicks } from "./parts.ts";
import { roomJob } from "./roomJob.ts";
import { liveRoutes } from "./liveRoutes.ts";
import { accountRoutes, launchRoutes, visitRoutes } from "./routes.ts";

/** Addresses that no other flow has. */
const OURS = [PATHS.launches, PATHS.visits];
const HOUR_SECONDS = 3600;

export function providerFlow(picks: ProviderPicks, house: House): Flow<"meeting" | "room"> {
  const parts: ProviderParts = {
    ...picks,
    withFreshSession: freshSessions(picks),
    sessionsOf: new WeakMap(),
  };
  const pages = clinicianPages(house.renderPage, parts.hospital.organization.name);
  const oldBrowsers = Router().use([...OURS], refuseOldBrowsers);
  const routes = flowRoutes(
    {
      ours: [...OURS, PATHS.keySet, PATHS.evidenceKeys],
      writes: { fromOwnPagesOf: parts.publicUrl },
      faults: faultPages(
        {
          ...providerFaults(pages, faultCharts(parts)),
          signedInAs: (request) => parts.sessionsOf.get(request)?.id,
        },
        { ...parts, ...house },
      ),
    },
    keySetRoutes(parts),
    oldBrowsers,
    launchRoutes(parts, house),
    liveRoutes(parts, house),
    visitRoutes(parts, pages),
    accountRoutes(parts, pages, house),
  );
  const { standings, visits } = parts;
  const startOf = async (visit: string) => (await visits.byId(visit as VisitId))?.start;
  return {
    routes,
    jobs: { meeting: inTime(meetingJob(parts), () => parts.jobs.now(), startOf), room: roomJob(parts) },
    // Each process remembers the results of probes for itself.
    ticks: [
      {
        name: "connections.probe",
        concerns: "this-process",
        everySeconds: HOUR_SECONDS,
        run: () => standings.probeAll(),
      },
    ],
    checks: providerChecks(parts),
  };
}
