/** The work that is asked for so that Teams tells who is in a visit's meeting, by whichever flow has opened it. */
import type { VisitId } from "../domain/linkToken.ts";
import type { Visit } from "../domain/visit.ts";
import { watchedFrom } from "../domain/watching.ts";
import type { Jobs } from "./jobs.ts";

/** One for each moment: whoever asks for the same one again has it already. */
export async function watchAt(jobs: Pick<Jobs, "add">, visit: VisitId, due: Date): Promise<void> {
  await jobs.add({ kind: "watch", key: [visit, String(due.getTime())].join("."), of: { visit }, due });
}

/** From when it is worth it; the same for the same start. */
export const watchInTime = (jobs: Pick<Jobs, "add">, visit: Pick<Visit, "id" | "start">): Promise<void> =>
  watchAt(jobs, visit.id, watchedFrom(visit));
