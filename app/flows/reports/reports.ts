/** The flow that gathers what each visit was, after it is over. The pages that show it are the portal's. */
import { Router } from "express";
import type { Flow } from "../../web/flow.ts";
import { countJob } from "./count.ts";
import { quietDepartments, watchDepartments } from "./departments.ts";
import type { ReportPicks } from "./parts.ts";

export function reportsFlow(picks: ReportPicks): Flow<"usage"> {
  return {
    routes: Router(),
    jobs: { usage: countJob(picks) },
    ticks: [watchDepartments(picks)],
    checks: () => quietDepartments(picks),
  };
}
