/** Every department with its owner: first those of the stack file, then the portal's. */
import type { Department } from "../../../domain/hospital.ts";
import { departmentOf, type PortalDepartment } from "../../../records/portalDepartments.ts";
import type { Setting } from "../../../records/settings.ts";
import { distinctlyNamed } from "../distinctNames.ts";
import type { PortalPicks } from "../parts.ts";

export interface DepartmentRow {
  readonly department: Department;
  /** The name of its chart system; the id where that no longer exists. */
  readonly connection: string;
  /** Why nothing is done for the department, if that is so. */
  readonly idle?: string;
  /** Absent for a department of the stack file. */
  readonly setting?: Setting<PortalDepartment>;
}

type Picks = Pick<PortalPicks, "connectionSettings" | "departmentSettings" | "hospital">;

export async function departmentRows(picks: Picks): Promise<readonly DepartmentRow[]> {
  const { hospital, departmentSettings } = picks;
  const [own, connectionOf] = await Promise.all([departmentSettings.list(), connectionNames(picks)]);
  return [
    ...hospital.stackDepartments.map((department) => ({
      department,
      ...connectionOf(department.connection),
    })),
    ...own.map((setting) => rowOf(setting, hospital.stackDepartments, connectionOf)),
  ];
}

export async function departmentRow(picks: Picks, id: string): Promise<DepartmentRow | undefined> {
  const { hospital, departmentSettings } = picks;
  const ofStack = hospital.stackDepartments.find((department) => department.id === id);
  const connectionOf = await connectionNames(picks);
  if (ofStack !== undefined) return { department: ofStack, ...connectionOf(ofStack.connection) };
  const setting = await departmentSettings.read(id);
  return setting && rowOf(setting, hospital.stackDepartments, connectionOf);
}

type Named = (id: string) => Pick<DepartmentRow, "connection" | "idle">;

function rowOf(
  setting: Setting<PortalDepartment>,
  ofStack: readonly Department[],
  connectionOf: Named,
): DepartmentRow {
  const { id, value } = setting;
  const department: Department = { id, ...value };
  const inUse = departmentOf(id, value, ofStack);
  return {
    department,
    setting,
    ...connectionOf(value.connection),
    ...(inUse === undefined && {
      idle: "The stack file now has it, or all of its locations, so what is kept here is not used. Remove it.",
    }),
  };
}

async function connectionNames({ hospital, connectionSettings }: Picks): Promise<Named> {
  const own = new Map((await connectionSettings.list()).map(({ id, value }) => [id, value] as const));
  const { stackConnections } = hospital;
  const ofPortal = Array.from(own, ([id, { name }]) => ({ id, name }));
  const all = distinctlyNamed([
    ...stackConnections.map(({ id, name }) => ({ id, name })),
    ...ofPortal.filter(({ id }) => !stackConnections.some((one) => one.id === id)),
  ]);
  const names = new Map(all.map(({ id, name }) => [id, name]));
  return (id) => {
    const connection = names.get(id) ?? id;
    if (stackConnections.some((one) => one.id === id)) return { connection };
    const value = own.get(id);
    if (value === undefined)
      return {
        connection,
        idle: "There is no such FHIR connection any more. Choose another, or remove the department.",
      };
    return {
      connection,
      ...(!value.enabled && { idle: "Its FHIR connection is off: nobody opens visits from there." }),
    };
  };
}
