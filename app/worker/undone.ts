/** How a job ends that was not done: its flow is told first, and then it is written. */
import { settled, type Job, type KindRules, type Undone } from "../domain/job.ts";
import { unreadableIn } from "../records/record.ts";
import type { WorkDeps } from "./deps.ts";
import { momentOf } from "./messages.ts";
import { untilReadable } from "./unreadable.ts";

/**
 * Tells the job's flow that it ends undone, if it does, before that is written: after a kill in between it is told again.
 * The job has all ids that its kind requires. Where the flow cannot read a row that it needs for that, the job has not ended
 * yet: it waits, and its flow is told once the row can be read, or has gone.
 * @param job as it was before it ended
 * @returns the job as it is to be written
 * @throws whatever else the flow throws: then the job has not ended, and its flow is told again
 */
export async function tellUndone<Rules extends KindRules>(
  deps: WorkDeps<Rules>,
  job: Job,
  next: Job,
): Promise<Job> {
  if (next.state !== "lapsed" && next.state !== "poisoned") return next;
  try {
    await (deps.undone as Readonly<Record<string, Undone | undefined>>)[next.kind]?.(next);
    return next;
  } catch (error) {
    const row = unreadableIn(error);
    if (row === undefined) throw error;
    deps.log.error("job.undone_unreadable", error, { names: [next.kind] });
    const { usefulUntil, ...untold } = job;
    // For as long as its flow is not told it is looked at again, however long ago it made sense last.
    return {
      ...settled(untold, untilReadable(row), momentOf(deps, job)),
      ...(usefulUntil && { usefulUntil }),
    };
  }
}
