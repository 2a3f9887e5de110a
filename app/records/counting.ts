/** Asks for the job that brings a visit into the reports, whichever flow has opened the visit. */
import { countedFirst } from "../domain/counting.ts";
import type { VisitId } from "../domain/linkToken.ts";
import type { Visit } from "../domain/visit.ts";
import type { Jobs } from "./jobs.ts";

/** There is one job for each moment; asking for the same one again changes nothing. */
export async function countAt(jobs: Pick<Jobs, "add">, visit: VisitId, due: Date): Promise<void> {
  await jobs.add({ kind: "usage", key: [visit, String(due.getTime())].join("."), of: { visit }, due });
}

/**
 * Asks for the count soon after the visit's end; for the same end it is the same job. A visit that was moved may have been
 * counted at its old time, so it is also counted at once. A visit of colleagues among themselves is in no report.
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
