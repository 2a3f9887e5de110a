/** What the connector does by itself, without anybody's request: each flow's jobs, at the start and whenever they come round. */
import type { Log } from "./log.ts";
import type { Check, Flow } from "./web/flow.ts";

/** @returns what ends it. A job that is under way goes on to its end. */
export function beginWork(flows: readonly Flow[], log: Log): () => void {
  const jobs = flows.flatMap((flow) => flow.jobs);
  const doNow = async ({ name, run }: (typeof jobs)[number]) => {
    try {
      await run();
    } catch (error) {
      log.error("job.failed", error, { names: [name] });
    }
  };
  void Promise.all(jobs.map(doNow)).then(() => tellChecks(flows, log));
  const timers = jobs.map((job) => setInterval(() => void doNow(job), job.everySeconds * 1000));
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}

/** Once, after the first round, so that whoever reads the log finds in one place what is not well. */
async function tellChecks(flows: readonly Flow[], log: Log): Promise<void> {
  const asked = await Promise.allSettled(flows.map((flow) => flow.checks()));
  for (const outcome of asked)
    if (outcome.status === "rejected") log.error("checks.failed", outcome.reason);
    else for (const check of outcome.value) tell(check, log);
}

function tell({ name, of, fault }: Check, log: Log): void {
  const names = of === undefined ? [name] : [name, of];
  if (fault !== undefined) log.warn("check.not_well", { names, reason: fault });
}
