/**
 * Which of a department's accounts owns a visit's meeting: always the same one for the same visit, and each for about as
 * many visits as any other. It does not depend on the order in which the accounts are listed. Where an account is added or
 * taken out, only the visits that go to it or came from it change (highest random weight,
 * https://doi.org/10.1109/90.663936).
 */
import { createHash } from "node:crypto";
import { organizersOf, type Department } from "./hospital.ts";
import type { VisitId } from "./linkToken.ts";

export function organizerFor(
  department: Pick<Department, "organizer" | "organizers">,
  visitId: VisitId,
): string {
  return organizersOf(department).reduce((best, next) =>
    weight(next, visitId) > weight(best, visitId) ? next : best,
  );
}

/** The weight in hexadecimal of equal length, so that texts compare as the numbers they stand for. */
function weight(organizer: string, visitId: VisitId): string {
  return createHash("sha256")
    .update(JSON.stringify([organizer.toLowerCase(), visitId]))
    .digest("hex");
}
