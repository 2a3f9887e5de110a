/** How a job ends that was not done: its flow is told first, and then it is written. */
import type { Job, KindRules, Undone } from "../domain/job.ts";
import { UnreadableRecord } from "../records/record.ts";
import type { WorkDeps } from "./deps.ts";

/**
 * Tells the job's flow that it ends undone, if it does, before that is written: after a kill in between it is told again.
 * The job has all ids that its kind requires. A row that the flow cannot read stays so, however often the flow is told, and
 * keeps no job from its end.
 * @throws whatever else the flow throws: then the job has not ended, and its flow is told again
 */
export async function tellUndone<Rules extends KindRules>(
  { log, undone }: Pick<WorkDeps<Rules>, "log" | "undone">,
  next: Job,
): Promise<void> {
  if (next.state !== "lapsed" && next.state !== "poisoned") return;
  try {
    await (undone as Readonly<Record<string, Undone | undefined>>)[next.kind]?.(next);
  } catch (error) {
    if (!(error instanceof UnreadableRecord)) throw error;
    log.error("job.undone_unreadable", error, { names: [next.kind] });
  }
}
