/**
 * Which department an appointment belongs to by its locations. A launch and the finding of visits choose by this one rule,
 * because the department decides the time zone, the organizer and the lobby.
 */
import type { Department } from "./hospital.ts";

/** Which department each of a connection's locations belongs to. */
export type DepartmentOf = ReadonlyMap<string, Located>;

export interface Located {
  readonly department: Department;
  /** The place of the department in the hospital's own order. */
  readonly order: number;
  /** The location that the department names: this one, or the nearest above it. */
  readonly named: string;
  /** The locations above that one which departments name, too. Others above it may be among them. */
  readonly above: ReadonlySet<string>;
}

/** The first one has a location that two departments name. */
export const ownerOf = (departments: readonly Department[], location: string): Department | undefined =>
  departments.find(({ locations }) => locations.includes(location));

/**
 * The location by which an appointment's department is found: one that a department names itself comes before one that is
 * only below such a location, and one that contains another gives way to it. How far a location is below the one that is
 * named says nothing. A chart may give locations in another order each time, so that order does not count either: else the
 * visit stays in the department that it has, or belongs to the first in the hospital's own order.
 * @param kept id of the department that the visit has
 */
export function innermost(
  locations: readonly string[],
  departmentOf: DepartmentOf,
  kept?: string,
): string | undefined {
  const ours = locations.filter((one) => departmentOf.has(one));
  const named = ours.filter((one) => departmentOf.get(one)?.named === one);
  const some = named.length > 0 ? named : ours;
  const contains = (one: string) =>
    some.some((other) => departmentOf.get(other)?.above.has(departmentOf.get(one)?.named ?? one) === true);
  const inner = some.filter((one) => !contains(one));
  const isOther = (one: string) => Number(departmentOf.get(one)?.department.id !== kept);
  const orderOf = (one: string) => departmentOf.get(one)?.order ?? 0;
  const [first] = (inner.length > 0 ? inner : some).toSorted(
    (one, other) => isOther(one) - isOther(other) || orderOf(one) - orderOf(other) || (one < other ? -1 : 1),
  );
  return first;
}
