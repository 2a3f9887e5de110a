/** Asks for the job by which Teams tells who is in a visit's meeting, whichever flow has opened the visit. */
import type { VisitId } from "../domain/linkToken.ts";
import type { Visit } from "../domain/visit.ts";
import { watchedFrom } from "../domain/watching.ts";
import type { Jobs } from "./jobs.ts";

/** There is one job for each moment; asking for the same one again changes nothing. */
export async function watchAt(jobs: Pick<Jobs, "add">, visit: VisitId, due: Date): Promise<void> {
  await jobs.add({ kind: "watch", key: [visit, String(due.getTime())].join("."), of: { visit }, due });
}

/** Asks for the job at the time from which watching is useful; for the same start it is the same job. */
export const watchInTime = (jobs: Pick<Jobs, "add">, visit: Pick<Visit, "id" | "start">): Promise<void> =>
  watchAt(jobs, visit.id, watchedFrom(visit));
