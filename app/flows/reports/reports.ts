/** The flow that gathers what each visit was, after it is over. The pages that show it are the portal's. */
import { Router } from "express";
import type { Flow } from "../../web/flow.ts";
import { callsJob } from "./calls.ts";
import { countJob } from "./count.ts";
import { forgetJob, forgetTick } from "./forget.ts";
import type { ReportPicks } from "./parts.ts";

export function reportsFlow(picks: ReportPicks): Flow<"usage" | "calls" | "forget"> {
  return {
    routes: Router(),
    jobs: { usage: countJob(picks), calls: callsJob(picks), forget: forgetJob(picks) },
    ticks: [forgetTick(picks)],
    checks: () => Promise.resolve([]),
  };
}
