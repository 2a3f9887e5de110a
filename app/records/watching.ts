/** Asks for the job by which Teams tells who is in a visit's meeting, whichever flow has opened the visit. */
import type { VisitId } from "../domain/linkToken.ts";
import type { Visit } from "../domain/visit.ts";
import { watchedFrom } from "../domain/watching.ts";
import { askAt, type Asking, type MomentJobs } from "./momentJobs.ts";

/** Where the job for this moment is known already, asking for it again changes nothing. */
export const watchAt = (jobs: MomentJobs, visit: VisitId, due: Date): Promise<void> =>
  askAt(jobs, "watch", visit, due, "once");

/** Asks for the job at the time from which watching is useful; for the same start it is the same job. */
export const watchInTime = (
  jobs: MomentJobs,
  visit: Pick<Visit, "id" | "start">,
  asking: Asking,
): Promise<void> => askAt(jobs, "watch", visit.id, watchedFrom(visit), asking);
