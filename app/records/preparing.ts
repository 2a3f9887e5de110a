/** Asks for the jobs that work on a visit's chart, for whichever flow has reason to. */
import type { VisitId } from "../domain/linkToken.ts";
import type { Visit } from "../domain/visit.ts";
import { addAgain, addLater } from "./jobUpkeep.ts";
import type { Jobs } from "./jobs.ts";

/**
 * Asks that the visit gets what it lacks, and the chart its current links.
 * @param over reasons that no longer apply, for which the job may have been put off
 */
export function prepareSoon(jobs: Jobs, visit: VisitId, over?: ReadonlySet<string>): Promise<void> {
  return addAgain(jobs, { kind: "prepare", key: visit, of: { visit }, due: jobs.now() }, over);
}

type Dated = Pick<Visit, "id" | "start" | "end" | "epoch" | "relinked">;

/** How long after a visit's end it is still of use to tell the chart that the patient has come. */
const OF_USE_AFTER_END_MS = 60 * 60_000;
export const arriveOfUse = (end: Date): Date => new Date(end.getTime() + OF_USE_AFTER_END_MS);

/**
 * The patient waits (`arrived`), or was let in (`checked-in`). Where the hospital wants it, the chart is told. However often
 * it is asked for, it is done once for each start that the visit has, and for each patient. Only a visit that was given to
 * another patient has its epoch in the key: any other one has the key that the release before gives it.
 */
export async function arriveSoon(
  jobs: Jobs,
  { id, start, end, epoch, relinked }: Dated,
  status: "arrived" | "checked-in",
): Promise<void> {
  const ofLinks = epoch === undefined ? {} : { epoch: String(epoch) };
  const theirs = relinked === undefined ? [] : Object.values(ofLinks);
  await jobs.add({
    kind: "arrive",
    key: [id, status, String(start.getTime()), ...theirs].join("."),
    of: { visit: id, status, start: start.toISOString(), ...ofLinks },
    due: jobs.now(),
    usefulUntil: arriveOfUse(end),
  });
}

/** How long somebody who closed a visit's links by mistake has to open them again. */
const CLOSED_FOR_MS = 5 * 60_000;

/**
 * Staff have closed the visit's links. Where the hospital wants it, the chart is told that the visit is over, but not before
 * its start. Whoever opens and closes the links again has the whole time again.
 */
export function fulfilSoon(jobs: Jobs, { id, start }: Pick<Dated, "id" | "start">): Promise<void> {
  const due = new Date(Math.max(start.getTime(), jobs.now().getTime() + CLOSED_FOR_MS));
  return addLater(jobs, { kind: "fulfil", key: id, of: { visit: id }, due });
}
