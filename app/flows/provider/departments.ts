/** Which department an appointment belongs to: one of its locations, or what that location is part of, is the department's. */
import type { Department } from "../../domain/hospital.ts";
import type { Chart, ChartAppointment } from "../../ports/ehr.ts";

/** Facility, building, unit, room, bed, and one to spare. */
const MOST_LEVELS = 6;

export async function departmentOf(
  chart: Chart,
  departments: readonly Department[],
  appointment: Pick<ChartAppointment, "locations">,
): Promise<Department | undefined> {
  const owner = (location: string) => departments.find(({ locations }) => locations.includes(location));
  let level: readonly string[] = appointment.locations;
  for (let height = 0; height < MOST_LEVELS && level.length > 0; height++) {
    const found = level.map(owner).find((department) => department !== undefined);
    if (found !== undefined) return found;
    const parents = await Promise.all(level.map((location) => chart.parentLocation(location)));
    level = [...new Set(parents.filter((parent) => parent !== undefined))];
  }
  return undefined;
}
