/** The work that is asked for about a visit in its chart, by whichever flow has reason to. */
import type { VisitId } from "../domain/linkToken.ts";
import { addAgain } from "./jobUpkeep.ts";
import type { Jobs } from "./jobs.ts";

/**
 * The visit gets what it lacks, and the chart its links as they are now.
 * @param over reasons for which it may have been put off, and which are over
 */
export function prepareSoon(jobs: Jobs, visit: VisitId, over?: ReadonlySet<string>): Promise<void> {
  return addAgain(jobs, { kind: "prepare", key: visit, of: { visit }, due: jobs.now() }, over);
}

/** The patient has come so far: where the hospital wants it, the chart says so, once. */
export async function arriveSoon(
  jobs: Pick<Jobs, "add" | "now">,
  visit: VisitId,
  status: "arrived" | "checked-in",
): Promise<void> {
  await jobs.add({ kind: "arrive", key: [visit, status].join("."), of: { visit, status }, due: jobs.now() });
}

/** So long whoever closed a visit's links by mistake has to open them again. */
const CLOSED_FOR_MS = 5 * 60_000;

/** Staff have closed its links: where the hospital wants it, the chart says that it is over, not before the start. */
export function fulfilSoon(jobs: Jobs, { id, start }: { id: VisitId; start: Date }): Promise<void> {
  const due = new Date(Math.max(start.getTime(), jobs.now().getTime() + CLOSED_FOR_MS));
  return addAgain(jobs, { kind: "fulfil", key: id, of: { visit: id }, due });
}
