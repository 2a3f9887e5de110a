/**
 * The department of a visit that is kept. A department may be removed while its visits are open: they stay, with their
 * meetings and links, and somebody has to be named and a time zone used all the same.
 */
import type { Department } from "../domain/hospital.ts";
import type { KnownVisit } from "../domain/visit.ts";
import type { Hospital } from "./hospital.ts";

/** What pages and messages say of a department. */
export type ShownDepartment = Pick<Department, "name" | "nameEs" | "nameInTexts" | "phone" | "timeZone">;

export interface VisitDepartment {
  /**
   * Where the department was removed: the hospital itself, in the time zone of another department of the same chart, or in
   * UTC. A time always names its zone.
   */
  readonly department: ShownDepartment;
  readonly isRemoved: boolean;
}

export async function departmentOfVisit(
  hospital: Pick<Hospital, "department" | "departments" | "organization">,
  { departmentId, connectionId }: Pick<KnownVisit, "departmentId" | "connectionId">,
): Promise<VisitDepartment> {
  const department = await hospital.department(departmentId);
  if (department !== undefined) return { department, isRemoved: false };
  const [neighbour] = await hospital.departments(connectionId);
  const { name, phone } = hospital.organization;
  return {
    department: { name, phone, nameInTexts: false, timeZone: neighbour?.timeZone ?? "UTC" },
    isRemoved: true,
  };
}
