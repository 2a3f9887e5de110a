/** What a launch says where the appointments that are meant do not take place. */
import type { Visit } from "../../domain/visit.ts";
import type { ReadHint, StatedAppointment } from "../../ports/ehr.ts";
import { fault, type HeldVisit } from "./problems.ts";

/** What keeps visits of today from being seen. */
const HIDE_VISITS = new Set<ReadHint["kind"]>([
  "entries-kept-back",
  "entries-skipped",
  "list-incomplete",
  "type-unreadable",
]);

type Kept = Pick<Visit, "id" | "start" | "epoch" | "held"> | undefined;

/** @param visits of these appointments, as they were kept */
export function visitCancelled(
  appointments: readonly StatedAppointment[],
  visits: readonly Kept[],
  hints: readonly ReadHint[] = [],
) {
  const isMistake = appointments.every(({ status }) => status === "entered-in-error");
  const mayBeMore = hints.some(({ kind }) => HIDE_VISITS.has(kind));
  return fault({
    kind: "visit-cancelled",
    ...(isMistake && { isMistake }),
    ...(mayBeMore && { mayBeMore }),
    ...heldAmong(visits),
  });
}

/** Those whose messages staff hold back. */
export function heldAmong(visits: readonly Kept[]): { readonly held?: readonly HeldVisit[] } {
  const held = visits.flatMap((visit) => {
    if (visit?.held === undefined) return [];
    const { id, start, epoch, held: since } = visit;
    return [{ visit: id, start, ...(epoch !== undefined && { epoch }), since }];
  });
  return held.length === 0 ? {} : { held };
}
