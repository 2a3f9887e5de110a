/** Turns what was typed into a department that can be kept, or says why it cannot be, field by field. */
import { departmentKeys } from "../../../domain/hospital.ts";
import { isZoneOfPlace } from "../../../domain/formatters.ts";
import { objectId } from "../../../domain/guid.ts";
import { isCallable } from "../../../domain/phoneNumbers.ts";
import { quoted, unseenFault } from "../../../domain/unseen.ts";
import type { Directory, DirectoryAccount } from "../../../ports/directory.ts";
import type { PortalDepartment } from "../../../records/portalDepartments.ts";
import { linesOf, suggestedId } from "../connections/form.ts";
import type { PortalPicks } from "../parts.ts";
import type { FieldFaults } from "../fields.ts";
import type { Field, Typed } from "./form.ts";
import { lengthFaults, type LengthPicks } from "./length.ts";

export type DepartmentFaults = FieldFaults<Field>;

export type Judged =
  | { readonly ok: true; readonly id: string; readonly value: PortalDepartment }
  | { readonly ok: false; readonly faults: DepartmentFaults };

type Picks = LengthPicks & Pick<PortalPicks, "connectionSettings" | "departmentSettings" | "directory">;

const MOST_LOCATIONS = 500;
const MOST_ACCOUNTS = 10;

/** @param before the id of the department that is edited; absent for a new one */
export async function judged(picks: Picks, typed: Typed, before?: string): Promise<Judged> {
  const others = (await everyDepartment(picks)).filter(({ id }) => id !== before);
  const id =
    before ??
    (typed.id === ""
      ? suggestedId(typed.name, new Set(others.map((other) => other.id)), "department")
      : typed.id);
  const [locations, accounts] = [distinctLines(typed.locations), distinctLines(typed.organizers)];
  const ofFields = fieldFaults({ ...typed, id }, locations, accounts);
  const isWritable = (["name", "phone", "timeZone"] as const).every((field) => ofFields[field] === undefined);
  const own: DepartmentFaults = {
    ...ofFields,
    ...(isWritable && lengthFaults(picks, typed)),
    ...(await connectionFault(picks, typed.connection)),
    ...takenFaults(id, typed.connection, locations, others),
  };
  const found = own.organizers === undefined ? await accountsOf(picks.directory, accounts) : [];
  const faults: DepartmentFaults = { ...own, ...("fault" in found && { organizers: found.fault }) };
  const [organizer, ...more] = "fault" in found ? [] : found;
  const [location, ...further] = locations;
  if (Object.keys(faults).length > 0 || organizer === undefined || location === undefined)
    return { ok: false, faults };
  return {
    ok: true,
    id,
    value: {
      name: typed.name,
      ...(typed.nameEs !== "" && { nameEs: typed.nameEs }),
      ...(typed.nameInTexts === "yes" && { nameInTexts: true }),
      phone: typed.phone,
      timeZone: typed.timeZone,
      connection: typed.connection,
      locations: [location, ...further],
      organizers: [organizer, ...more],
      lobby: typed.lobby === "staffAndGuestAccounts" ? "staffAndGuestAccounts" : "staff",
    },
  };
}

const distinctLines = (text: string): readonly string[] => [...new Set(linesOf(text))];

function fieldFaults(
  typed: Typed,
  locations: readonly string[],
  accounts: readonly string[],
): DepartmentFaults {
  const { shape } = departmentKeys;
  const broken = locations.find((location) => !/^[A-Za-z0-9.-]{1,64}$/.test(location));
  return {
    ...faultOf("name", typed.name === "" ? "Enter the name that patients see." : nameFault(typed.name)),
    ...faultOf("nameEs", nameFault(typed.nameEs)),
    ...(!shape.id.safeParse(typed.id).success && {
      id: "Use small letters, digits and dashes, starting with a letter, 32 at most; or leave it empty.",
    }),
    ...((!shape.phone.safeParse(typed.phone).success || !isCallable(typed.phone)) && {
      phone:
        "Enter a number that patients can tap and call: all of it with its area code, such as (202) 555-0100; outside the United States and Canada with + and the country code, such as +49 30 5550100.",
    }),
    ...zoneFault(typed.timeZone, shape.timeZone.safeParse(typed.timeZone).success),
    ...(!shape.lobby.safeParse(typed.lobby).success && { lobby: "Choose one of the two." }),
    ...(typed.nameInTexts !== "yes" && typed.nameInTexts !== "no" && { nameInTexts: "Choose yes or no." }),
    ...(locations.length === 0
      ? { locations: "Enter the FHIR id of at least one Location, one a line." }
      : locations.length > MOST_LOCATIONS
        ? { locations: `Use ${String(MOST_LOCATIONS)} locations at most; those below them belong, too.` }
        : broken !== undefined && {
            locations: `${quoted(broken, 80)} is no FHIR id: letters, digits, dots and dashes, 64 at most, without Location/ before it.`,
          }),
    ...(accounts.length === 0
      ? { organizers: "Enter at least one account, by its sign-in name or object id." }
      : accounts.length > MOST_ACCOUNTS && {
          organizers: `Use ${String(MOST_ACCOUNTS)} accounts at most.`,
        }),
  };
}

const nameFault = (text: string): string | undefined =>
  text.length > 80 ? "Use 80 characters at most, on one line." : unseenFault(text);

function zoneFault(zone: string, isOne: boolean): FieldFaults<Field> {
  if (!isOne) return { timeZone: "Enter a time zone by its name, such as America/Chicago." };
  return isZoneOfPlace(zone)
    ? {}
    : { timeZone: "This is no place's, and has no summer time: enter a place's, such as America/New_York." };
}

const faultOf = (field: Field, fault: string | undefined): FieldFaults =>
  fault === undefined ? {} : { [field]: fault };

async function connectionFault(
  { hospital, connectionSettings }: Picks,
  connection: string,
): Promise<DepartmentFaults> {
  const isThere =
    hospital.stackConnections.some(({ id }) => id === connection) ||
    (/^[a-z][a-z0-9-]{0,31}$/.test(connection) && (await connectionSettings.read(connection)) !== undefined);
  return isThere ? {} : { connection: "Choose the FHIR connection whose locations these are." };
}

interface Other {
  readonly id: string;
  readonly name: string;
  readonly connection: string;
  readonly locations: readonly string[];
  readonly owner: "the stack file" | "the portal";
}

async function everyDepartment({ hospital, departmentSettings }: Picks): Promise<readonly Other[]> {
  return [
    ...hospital.stackDepartments.map((each) => ({ ...each, owner: "the stack file" as const })),
    ...(await departmentSettings.list()).map(({ id, value }) => ({
      id,
      ...value,
      owner: "the portal" as const,
    })),
  ];
}

function takenFaults(
  id: string,
  connection: string,
  locations: readonly string[],
  others: readonly Other[],
): DepartmentFaults {
  const sameId = others.find((other) => other.id === id);
  const neighbors = others.filter((other) => other.connection === connection);
  const owner = neighbors.find((other) => other.locations.some((one) => locations.includes(one)));
  const shared = owner?.locations.find((one) => locations.includes(one));
  return {
    ...(sameId && {
      id: `${id} is the id of ${sameId.name}, a department of ${sameId.owner}. Choose another.`,
    }),
    ...(owner &&
      shared !== undefined && {
        locations: `${shared} belongs to ${owner.name} (${owner.id}), a department of ${owner.owner}. A location belongs to one department.`,
      }),
  };
}

/** The sign-in name tells a guest: reading what kind an account is would need a further permission. */
export const isGuest = ({ userName }: Pick<DirectoryAccount, "userName">): boolean => /#EXT#/i.test(userName);

/** The object ids of the accounts that were typed by object id or sign-in name; or what is wrong with one. */
async function accountsOf(
  directory: Pick<Directory, "account">,
  typed: readonly string[],
): Promise<readonly string[] | { readonly fault: string }> {
  const ids: string[] = [];
  for (const text of typed) {
    const found = await directory.account(text);
    if (typeof found === "object" && isGuest(found))
      return {
        fault: `${found.displayName} is a guest of this directory. Choose an account of the hospital’s own, which has its own license with Teams.`,
      };
    if (found === "unknown") return { fault: `The directory knows no account ${quoted(text)}.` };
    const own = objectId.safeParse(text);
    if (found !== "not-told") ids.push(found.objectId.toLowerCase());
    // An object id is accepted without the directory's answer: trying the account shows whether it works.
    else if (own.success) ids.push(own.data);
    else
      return {
        fault: `The directory did not say whose sign-in name ${quoted(text)} is. Enter the account’s object id, or try it again later.`,
      };
  }
  return [...new Set(ids)];
}
