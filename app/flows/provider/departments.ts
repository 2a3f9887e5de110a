/** Finds the department of an appointment: one that has one of its locations, or a location that this one is part of. */
import { Climb } from "../../domain/climb.ts";
import { innermost, ownerOf, type DepartmentOf } from "../../domain/departmentOf.ts";
import { atMost } from "../../domain/few.ts";
import type { Department } from "../../domain/hospital.ts";
import type { Visit } from "../../domain/visit.ts";
import { timesIn } from "../../domain/wallClock.ts";
import type { Chart, ChartAppointment, ParentLocation } from "../../ports/ehr.ts";
import type { ShownDepartment } from "../../records/visitDepartment.ts";

/** An appointment with the department it belongs to, and its times read in that department's zone. */
export interface Candidate {
  readonly appointment: ChartAppointment;
  /** Undefined where no department has the appointment's location, or where that is not known. */
  readonly department: Department | undefined;
  /**
   * The chart did not show where the appointment takes place. A department may have that location nevertheless; where one is
   * given, finding visits has placed the appointment there.
   */
  readonly isLocationHidden: boolean;
  /**
   * What is shown of its department where that was removed since somebody opened the visit: it can be opened as it is kept.
   * Absent in each other case, and where that was not asked.
   */
  readonly removed?: ShownDepartment;
  /** Present where an administrator has deleted its visit, so that nothing opens it. */
  readonly isDeleted?: true;
  /** The visit as it was kept before the appointment was read for the last time; absent where that was not asked. */
  readonly before?: { readonly visit: Visit | undefined };
}

type Placed = Pick<Candidate, "department" | "isLocationHidden">;
type Named =
  | { readonly kind: "named"; readonly named: string; readonly department: Department }
  /** What it is part of is not shown, or could not be read. */
  | { readonly kind: "hidden" }
  | { readonly kind: "none" };

const AT_ONCE = 4;
/** How many locations are asked for in one view; one patient's day needs fewer. */
const MOST_ASKED = 40;
const MOST_FAILED = 2;

/**
 * Finds the departments of one view's appointments. Each location is asked for once, a few at a time, and none any more when
 * the chart fails or there are too many.
 * @param placed where finding visits has placed an appointment of which the chart does not show where it takes place, or
 * whose locations are several departments'
 */
export function departmentLookup(
  chart: Pick<Chart, "parentLocation">,
  departments: readonly Department[],
  placed: (appointment: ChartAppointment) => Promise<Department | undefined>,
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
  const containing = async (location: string): Promise<ReadonlySet<string>> => {
    const all = new Set<string>();
    const climb = new Climb();
    let parent = await parentOf(location);
    while (parent.kind === "part-of" && climb.goesTo(parent.id)) {
      all.add(parent.id);
      parent = await parentOf(parent.id);
    }
    all.delete(location);
    return all;
  };
  /** The nearest location that a department names: this one, or one above it. */
  const nearestNamed = async (location: string): Promise<Named> => {
    const climb = new Climb();
    let here = location;
    while (climb.goesTo(here)) {
      const department = ownerOf(departments, here);
      if (department !== undefined) return { kind: "named", named: here, department };
      const parent = await parentOf(here);
      if (parent.kind === "hidden" || parent.kind === "failed") return { kind: "hidden" };
      if (parent.kind === "top") break;
      here = parent.id;
    }
    return { kind: "none" };
  };
  /** Locations are asked for only as far as they decide anything. */
  const departmentAmong = async (appointment: ChartAppointment): Promise<Placed> => {
    const { locations } = appointment;
    const own = locations.filter((one) => ownerOf(departments, one) !== undefined);
    const asked = [...new Set(own.length > 0 ? own : locations)];
    const nearest = await Promise.all(asked.map(async (one) => [one, await nearestNamed(one)] as const));
    const named = nearest.flatMap(([one, found]) => (found.kind === "named" ? [[one, found] as const] : []));
    const [first] = named;
    const isHidden = nearest.some(([, { kind }]) => kind === "hidden");
    if (first === undefined) return { department: undefined, isLocationHidden: isHidden };
    const isOne = named.every(([, { department }]) => department === first[1].department);
    if (isOne) return { department: first[1].department, isLocationHidden: false };
    const located = await Promise.all(
      named.map(async ([one, found]) => {
        const order = departments.indexOf(found.department);
        return [one, { ...found, order, above: await containing(found.named) }] as const;
      }),
    );
    const departmentOf: DepartmentOf = new Map(located);
    const kept = (await placed(appointment))?.id;
    const department = departmentOf.get(innermost(asked, departmentOf, kept) ?? first[0])?.department;
    return { department, isLocationHidden: false };
  };

  return async (appointment) => {
    const { department: named, isLocationHidden } = await departmentAmong(appointment);
    const department = named ?? (isLocationHidden ? await placed(appointment) : undefined);
    const timed = department === undefined ? appointment : inZone(appointment, department.timeZone);
    return { appointment: timed, department, isLocationHidden };
  };
}

/** Times without a zone are read as the department's clock shows them, and the page says that this was assumed. */
function inZone(appointment: ChartAppointment, zone: string): ChartAppointment {
  if (appointment.clock === "instant") return appointment;
  return { ...timesIn(zone, appointment), hints: [...appointment.hints, { kind: "zone-assumed" }] };
}
