import type { Job, KindRules, Undone } from "../domain/job.ts";
import type { WorkDeps } from "./deps.ts";

/**
 * Tells the job's flow that it ends undone, if it does, before that is written: after a kill in between it is told again.
 * The job has all ids that its kind requires.
 */
export async function tellUndone<Rules extends KindRules>(
  { undone }: Pick<WorkDeps<Rules>, "undone">,
  next: Job,
): Promise<void> {
  if (next.state !== "lapsed" && next.state !== "poisoned") return;
  await (undone as Readonly<Record<string, Undone | undefined>>)[next.kind]?.(next);
}
