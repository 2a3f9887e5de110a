/** Asks for the job that brings a visit into the reports, whichever flow has opened the visit. */
import { countedFirst } from "../domain/counting.ts";
import type { VisitId } from "../domain/linkToken.ts";
import type { Visit } from "../domain/visit.ts";
import type { Jobs } from "./jobs.ts";
import { addAgain } from "./jobUpkeep.ts";
import { askAt, type Asking, type MomentJobs } from "./momentJobs.ts";

/** Where the job for this moment is known already, asking for it again changes nothing. */
export const countAt = (jobs: MomentJobs, visit: VisitId, due: Date): Promise<void> =>
  askAt(jobs, "usage", visit, due, "once");

/**
 * Asks for the count soon after the visit's end; for the same end it is the same job. A visit that was moved may have been
 * counted at its old time, so it is also counted at once. A visit of colleagues among themselves is in no report.
 */
export async function countInTime(
  jobs: MomentJobs & Pick<Jobs, "now">,
  visit: Pick<Visit, "id" | "start" | "end" | "kind" | "movedFrom">,
  asking: Asking,
): Promise<void> {
  const { id, kind, movedFrom, start } = visit;
  if (kind !== "appointment") return;
  const now = jobs.now();
  if (movedFrom !== undefined && movedFrom < now && start > now) {
    const key = [id, "moved", String(start.getTime())].join(".");
    const job = { kind: "usage", key, of: { visit: id }, due: now } as const;
    if (asking === "again") await addAgain(jobs, job);
    else await jobs.add(job);
  }
  await askAt(jobs, "usage", id, countedFirst(visit), asking);
}
