/** What a launch says where the appointments that are meant do not take place. */
import type { ReadHint, StatedAppointment } from "../../ports/ehr.ts";
import { fault } from "./problems.ts";

/** What keeps visits of today from being seen. */
const HIDE_VISITS = new Set<ReadHint["kind"]>([
  "entries-kept-back",
  "entries-skipped",
  "list-incomplete",
  "type-unreadable",
]);

export function visitCancelled(appointments: readonly StatedAppointment[], hints: readonly ReadHint[] = []) {
  const isMistake = appointments.every(({ status }) => status === "entered-in-error");
  const mayBeMore = hints.some(({ kind }) => HIDE_VISITS.has(kind));
  return fault({ kind: "visit-cancelled", ...(isMistake && { isMistake }), ...(mayBeMore && { mayBeMore }) });
}
