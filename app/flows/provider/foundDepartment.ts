/**
 * The department in which finding visits has placed an appointment. The system client may see where it takes place although
 * this clinician does not, or not at this moment.
 */
import type { ConfiguredConnection, Department } from "../../domain/hospital.ts";
import type { ChartAppointment } from "../../ports/ehr.ts";
import { isNotToBeHad } from "../../records/record.ts";
import type { ProviderPicks } from "./parts.ts";

type FoundPicks = Pick<ProviderPicks, "foundVisits" | "log">;

/**
 * Undefined where the visit was not found, where it is not known to take place, and where the appointment does not name the
 * location any more by which it was placed.
 */
export function foundDepartment(
  { foundVisits, log }: FoundPicks,
  { id: connection, fhirBaseUrl }: Pick<ConfiguredConnection, "id" | "fhirBaseUrl">,
  departments: readonly Department[],
): (appointment: Pick<ChartAppointment, "id" | "locations">) => Promise<Department | undefined> {
  return async ({ id, locations }) => {
    try {
      const found = await foundVisits.byId(foundVisits.idOf(fhirBaseUrl, id));
      if (found?.standing !== "on" || found.connectionId !== connection) return undefined;
      if (!locations.includes(found.location)) return undefined;
      return departments.find((each) => each.id === found.departmentId);
    } catch (error) {
      // What lies beside the visit costs nobody the visit.
      if (!isNotToBeHad(error)) throw error;
      log.error("record.unreadable", error, { connection });
      return undefined;
    }
  };
}
