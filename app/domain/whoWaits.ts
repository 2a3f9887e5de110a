/** Whether it can be said that the patient is the one who waits. Teams knows nobody who has no account, so mostly it cannot. */
import type { Presence, Standing } from "./presence.ts";
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
  return isPatientsTap(visit, waiting.since);
}

/**
 * How far the patient has come, by the same rule: one alone of all who ever came is nobody of the hospital's directory. Undefined
 * where it is not known that they came.
 */
export function patientsWay(
  visit: Pick<Visit, "people">,
  { people }: Pick<Presence, "people">,
): "arrived" | "checked-in" | undefined {
  const [patient, ...others] = people.filter(({ look }) => look !== "staff");
  const [first] = patient?.moments ?? [];
  if (patient?.look !== "outside" || first === undefined || others.length > 0) return undefined;
  if (!isPatientsTap(visit, first.at)) return undefined;
  return patient.moments.some(({ place }) => place === "in") ? "checked-in" : "arrived";
}

/** Whether who came at that moment had opened the patient's link shortly before, and nobody else has one. */
function isPatientsTap(visit: Pick<Visit, "people">, came: Date): boolean {
  const linked = visit.people.filter(({ ofChart }) => ofChart !== true);
  const [patient] = linked;
  if (linked.length !== 1 || patient?.role !== "patient" || patient.opened === undefined) return false;
  const passed = came.getTime() - patient.opened.getTime();
  return passed >= 0 && passed <= OPENED_BEFORE_MS;
}
