/** Finds the department of an appointment: one that has one of its locations, or a location that this one is part of. */
import { atMost } from "../../domain/few.ts";
import type { Department } from "../../domain/hospital.ts";
import { timesIn } from "../../domain/wallClock.ts";
import type { Chart, ChartAppointment, ParentLocation } from "../../ports/ehr.ts";

/** An appointment with the department it belongs to, and its times read in that department's zone. */
export interface Candidate {
  readonly appointment: ChartAppointment;
  /** Undefined where no department has the appointment's location, or where that is not known. */
  readonly department: Department | undefined;
  /** The chart did not show where the appointment takes place, so a department may have that location nevertheless. */
  readonly isLocationHidden: boolean;
}

/** How many levels of locations are climbed: facility, building, unit, room, bed, and one to spare. */
const MOST_LEVELS = 6;
const AT_ONCE = 4;
/** How many locations are asked for in one view; one patient's day needs fewer. */
const MOST_ASKED = 40;
const MOST_FAILED = 2;

/**
 * Finds the departments of one view's appointments. Each location is asked for once, a few at a time, and none any more when
 * the chart fails or there are too many.
 */
export function departmentLookup(
  chart: Pick<Chart, "parentLocation">,
  departments: readonly Department[],
): (appointment: ChartAppointment) => Promise<Candidate> {
  const inTurn = atMost(AT_ONCE);
  const asked = new Map<string, Promise<ParentLocation>>();
  let failed = 0;
  const read = async (location: string): Promise<ParentLocation> => {
    if (failed >= MOST_FAILED) return { kind: "failed" };
    const parent = await chart.parentLocation(location);
    if (parent.kind === "failed") failed += 1;
    return parent;
  };
  const parentOf = (location: string): Promise<ParentLocation> => {
    const known = asked.get(location);
    if (known !== undefined) return known;
    if (asked.size >= MOST_ASKED) return Promise.resolve({ kind: "failed" });
    const parent = inTurn(() => read(location));
    asked.set(location, parent);
    return parent;
  };
  const ownerOf = (location: string) => departments.find(({ locations }) => locations.includes(location));
  const containing = async (location: string): Promise<ReadonlySet<string>> => {
    const all = new Set<string>();
    let parent = await parentOf(location);
    while (parent.kind === "part-of" && !all.has(parent.id) && all.size < MOST_LEVELS) {
      all.add(parent.id);
      parent = await parentOf(parent.id);
    }
    all.delete(location);
    return all;
  };
  /** Of locations of several departments, one that contains another gives way to it. */
  const ownerAmong = async (level: readonly string[]): Promise<Department | undefined> => {
    const owned = level.filter((location) => ownerOf(location) !== undefined);
    const owners = owned.map(ownerOf);
    if (new Set(owners).size <= 1) return owners[0];
    const around = await Promise.all(owned.map(containing));
    const inner = owned.find((one) => !around.some((others) => others.has(one)));
    return inner === undefined ? owners[0] : ownerOf(inner);
  };

  return async (appointment) => {
    const seen = new Set<string>();
    let level: readonly string[] = appointment.locations;
    let isLocationHidden = false;
    for (let height = 0; height < MOST_LEVELS && level.length > 0; height++) {
      const department = await ownerAmong(level);
      if (department !== undefined)
        return { appointment: inZone(appointment, department.timeZone), department, isLocationHidden: false };
      for (const location of level) seen.add(location);
      const parents = await Promise.all([...new Set(level)].map(parentOf));
      if (parents.some(({ kind }) => kind === "hidden" || kind === "failed")) isLocationHidden = true;
      level = parents.flatMap((parent) =>
        parent.kind === "part-of" && !seen.has(parent.id) ? parent.id : [],
      );
    }
    return { appointment, department: undefined, isLocationHidden };
  };
}

/** Times without a zone are read as the department's clock shows them, and the page says that this was assumed. */
function inZone(appointment: ChartAppointment, zone: string): ChartAppointment {
  if (appointment.clock === "instant") return appointment;
  return { ...timesIn(zone, appointment), hints: [...appointment.hints, { kind: "zone-assumed" }] };
}
