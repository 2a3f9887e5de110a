/**
 * Asks for a visit's jobs that are done at a moment, such as some time before its start. There is one job for each moment, so
 * whoever asks twice asks for one.
 */
import type { VisitId } from "../domain/linkToken.ts";
import type { Jobs } from "./jobs.ts";
import { addAgain } from "./jobUpkeep.ts";

/**
 * A visit may be moved away and back again. If a moment's job was done in between, it found the visit at another time, and
 * `again` has it done once more. Whoever has seen the chart say something else, or sees that the work was not done, asks so;
 * whoever only looks at the visit asks `once`, because each look would have the work done anew.
 */
export type Asking = "once" | "again";

export type MomentJobs = Pick<Jobs, "add" | "change" | "wakeSoon">;

export async function askAt(
  jobs: MomentJobs,
  kind: "room" | "usage" | "watch",
  visit: VisitId,
  due: Date,
  asking: Asking,
): Promise<void> {
  const job = { kind, key: [visit, String(due.getTime())].join("."), of: { visit }, due };
  if (asking === "again") await addAgain(jobs, job);
  else await jobs.add(job);
}
