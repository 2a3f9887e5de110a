/** The work that is asked for so that a visit is in the reports, by whichever flow has opened it. */
import { countedFirst } from "../domain/counting.ts";
import type { VisitId } from "../domain/linkToken.ts";
import type { Visit } from "../domain/visit.ts";
import type { Jobs } from "./jobs.ts";

/** One for each moment: whoever asks for the same one again has it already. */
export async function countAt(jobs: Pick<Jobs, "add">, visit: VisitId, due: Date): Promise<void> {
  await jobs.add({ kind: "usage", key: [visit, String(due.getTime())].join("."), of: { visit }, due });
}

/**
 * Soon after its end; the same for the same end. One that was moved may have been counted at its old time, so it is looked at
 * at once, too. Colleagues among themselves are no visit of a report.
 */
export async function countInTime(
  jobs: Pick<Jobs, "add" | "now">,
  visit: Pick<Visit, "id" | "start" | "end" | "kind" | "movedFrom">,
): Promise<void> {
  const { id, kind, movedFrom, start } = visit;
  if (kind !== "appointment") return;
  const now = jobs.now();
  if (movedFrom !== undefined && movedFrom < now && start > now)
    await jobs.add({
      kind: "usage",
      key: [id, "moved", String(start.getTime())].join("."),
      of: { visit: id },
      due: now,
    });
  await countAt(jobs, id, countedFirst(visit));
}
