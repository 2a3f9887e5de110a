import type { Job, KindRules, Undone } from "../domain/job.ts";
import { UnreadableRecord } from "../records/record.ts";
import type { WorkDeps } from "./deps.ts";

/**
 * Tells the job's flow that it ends undone, if it does, before that is written: after a kill in between it is told again.
 * The job has all ids that its kind requires. A row that cannot be read stays so, and the job ends all the same.
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
    log.error("job.end_not_told", error, { names: [next.kind] });
  }
}
