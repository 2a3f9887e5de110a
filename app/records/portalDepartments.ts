/** The departments that administrators have made in the portal; those of the stack file are not among them. */
import * as z from "zod";
import { departmentKeys, type Department } from "../domain/hospital.ts";
import { settingKind } from "./settingKind.ts";

const { name, nameEs, nameInTexts, phone, timeZone, connection, locations, lobby } = departmentKeys.shape;

const departmentValue = z
  .object({
    name,
    nameEs: nameEs.unwrap().exactOptional(),
    nameInTexts: nameInTexts.unwrap().exactOptional(),
    phone,
    timeZone,
    connection,
    locations,
    /** Always a list; a department with one account has a list of one. */
    organizers: departmentKeys.shape.organizers.unwrap(),
    lobby,
  })
  .meta({
    description:
      "name, phone number and time zone that patients see, FHIR connection, Location ids, object ids of the accounts that own its meetings, who enters without waiting, and whether texts name it",
  });

export type PortalDepartment = z.output<typeof departmentValue>;

export const portalDepartments = settingKind({
  name: "department",
  what: "a department that was made in the portal",
  value: departmentValue,
});

/**
 * The department as flows know it, without locations that belong to a department of the stack file: those stay the stack
 * file's. Undefined where it has no location left, or where the stack file has a department with its id.
 */
export function departmentOf(
  id: string,
  value: PortalDepartment,
  ofStack: readonly Department[],
): Department | undefined {
  if (ofStack.some((each) => each.id === id)) return undefined;
  const taken = new Set(
    ofStack.filter((each) => each.connection === value.connection).flatMap((each) => each.locations),
  );
  const [first, ...others] = value.locations.filter((location) => !taken.has(location));
  return first === undefined ? undefined : { id, ...value, locations: [first, ...others] };
}
