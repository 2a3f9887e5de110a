/** Whether it can be said that the patient is the one who waits. Teams knows nobody who has no account, so mostly it cannot. */
import type { Standing } from "./presence.ts";
import type { Visit } from "./visit.ts";

const MINUTE_MS = 60_000;
/** So long before somebody came the patient's link may have been opened; it is noted to the minute. */
const OPENED_BEFORE_MS = 30 * MINUTE_MS;

/**
 * One alone waits, is nobody of the hospital's directory and did not dial in; nobody but the patient was ever given a link (the
 * chart's own is for staff); and the patient's was opened in the half hour before.
 */
export function isPatientWaiting(visit: Pick<Visit, "people">, people: readonly Standing[]): boolean {
  const [waiting, ...others] = people.filter(({ place }) => place === "lobby");
  if (waiting?.look !== "outside" || others.length > 0) return false;
  const linked = visit.people.filter(({ ofChart }) => ofChart !== true);
  const [patient] = linked;
  if (linked.length !== 1 || patient?.role !== "patient" || patient.opened === undefined) return false;
  const passed = waiting.since.getTime() - patient.opened.getTime();
  return passed >= 0 && passed <= OPENED_BEFORE_MS;
}
