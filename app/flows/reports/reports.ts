/** Reports: what each visit was is gathered here, when it is over. Pages that show it are the portal's. */
import { Router } from "express";
import type { Flow } from "../../web/flow.ts";
import { countJob } from "./count.ts";
import type { ReportPicks } from "./parts.ts";

export function reportsFlow(picks: ReportPicks): Flow<"usage"> {
  return {
    routes: Router(),
    jobs: { usage: countJob(picks) },
    ticks: [],
    checks: () => Promise.resolve([]),
  };
}
