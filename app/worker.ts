/** What the connector does by itself, without anybody's request: each flow's jobs, at the start and whenever they come round. */
import type { Log } from "./log.ts";
import type { Flow, Job } from "./web/flow.ts";

export interface WorkerOptions {
  /** Whether this process takes what concerns everybody, or only what concerns itself. */
  readonly takesWork: boolean;
  readonly log: Log;
}

/** @returns what ends it. A job that is under way goes on to its end. */
export function beginWork(flows: readonly Flow[], { takesWork, log }: WorkerOptions): () => void {
  const jobs = flows
    .flatMap((flow) => flow.jobs)
    .filter(({ concerns }) => takesWork || concerns === "this-process");
  const doNow = async ({ name, run }: Job) => {
    try {
      await run();
    } catch (error) {
      log.error("job.failed", error, { names: [name] });
    }
  };
  const timers = jobs.map((job) => setInterval(() => void doNow(job), job.everySeconds * 1000));
  for (const job of jobs) void doNow(job);
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}
