/** Which appointments are of today, in the time zone of their departments. */
import { dayIn } from "../../domain/day.ts";
import type { Department } from "../../domain/hospital.ts";
import type { ChartAppointment } from "../../ports/ehr.ts";
import { REACH_MS } from "./whose.ts";

const FURTHEST_ZONE_MS = 14 * 3_600_000;

/**
 * Whether the appointment may be today in some time zone: only then it is worth asking for its location. A time without a zone
 * may be far from UTC.
 */
export function isNear({ start, end, clock }: ChartAppointment, now: Date): boolean {
  const reach = clock === "wall" ? REACH_MS + FURTHEST_ZONE_MS : REACH_MS;
  return start.getTime() <= now.getTime() + reach && end.getTime() >= now.getTime() - reach;
}

/**
 * Whether a time is today in its department's time zone. At a location that no department has, today in any department's
 * zone counts, and the next page says what is not set up.
 */
export function isOfToday(
  { start, end }: Pick<ChartAppointment, "start" | "end">,
  department: Department | undefined,
  departments: readonly Department[],
  now: Date,
): boolean {
  const zones =
    department === undefined ? departments.map(({ timeZone }) => timeZone) : [department.timeZone];
  return [...new Set(zones.length === 0 ? ["UTC"] : zones)].some(
    (zone) => dayIn(zone, start) === dayIn(zone, now) || dayIn(zone, end) === dayIn(zone, now),
  );
}
