/** The flow that keeps the background work of all flows going, and says how it stands. It has no addresses. */
import { Router } from "express";
import type { Parts } from "../../parts.ts";
import { jobSweep } from "../../records/jobUpkeep.ts";
import { CANARY, canaryOf, SWEEP } from "../../records/workStanding.ts";
import type { Flow } from "../../web/flow.ts";
import { isLate, workChecks } from "./checks.ts";

export type BackgroundPicks = Pick<Parts, "jobs" | "log" | "queue" | "workStanding">;

export function backgroundFlow({ jobs, log, queue, workStanding }: BackgroundPicks): Flow<"canary"> {
  const sweep = jobSweep(jobs, { log, now: queue.now });
  return {
    routes: Router(),
    // The job has nothing to do: it only shows that jobs reach a worker.
    jobs: { canary: () => Promise.resolve({ kind: "done" }) },
    ticks: [
      {
        ...SWEEP,
        concerns: "everybody",
        async run({ signal }) {
          const woken = await sweep.run(signal);
          if (woken > 0) log.warn("jobs.woken_again", { reason: String(woken) });
          // Alerts watch these log lines, and also that the last one keeps coming (infra/components/jobAlert.ts).
          const { jobs: how } = await workStanding.says();
          if (how && how.poisoned > 0) log.warn("jobs.poisoned", { reason: String(how.poisoned) });
          if (how && isLate(how.oldestDueSeconds))
            log.warn("jobs.late", { reason: String(how.oldestDueSeconds) });
          log.info("jobs.swept");
        },
      },
      {
        ...CANARY,
        concerns: "everybody",
        async run() {
          const slot = canaryOf(queue.now());
          const usefulUntil = new Date(Date.parse(slot) + CANARY.everySeconds * 1000);
          await jobs.add({ kind: "canary", key: slot, of: { slot }, usefulUntil });
        },
      },
    ],
    checks: async () => workChecks(await workStanding.says()),
  };
}
