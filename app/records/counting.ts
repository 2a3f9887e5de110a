/** The work that is asked for so that a visit is in the reports, by whichever flow has opened it. */
import { countedFirst } from "../domain/counting.ts";
import type { VisitId } from "../domain/linkToken.ts";
import type { Visit } from "../domain/visit.ts";
import type { Jobs } from "./jobs.ts";

/** One for each moment: whoever asks for the same one again has it already. */
export async function countAt(jobs: Pick<Jobs, "add">, visit: VisitId, due: Date): Promise<void> {
  await jobs.add({ kind: "usage", key: [visit, String(due.getTime())].join("."), of: { visit }, due });
}

/** Soon after its end; the same for the same end. Colleagues among themselves are no visit of a report. */
export async function countInTime(
  jobs: Pick<Jobs, "add">,
  visit: Pick<Visit, "id" | "end" | "kind">,
): Promise<void> {
  if (visit.kind === "appointment") await countAt(jobs, visit.id, countedFirst(visit));
}
