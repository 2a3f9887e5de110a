/** What an administrator types of a department, as texts: from the kept value to the form, and from the form. */
import type { Request } from "express";
import type { PortalDepartment } from "../../../records/portalDepartments.ts";
import { linesOf } from "../connections/form.ts";
import { fieldOf, revisionIn, tickedIn } from "../fields.ts";
import { mergedOf, wasIn, type Difference as FieldDifference } from "../merging.ts";

export const FIELDS = {
  name: "Name",
  nameEs: "Name in Spanish",
  id: "Id",
  connection: "FHIR connection",
  locations: "Locations",
  organizers: "Accounts that own its meetings",
  lobby: "Who enters without waiting",
  phone: "Phone number",
  timeZone: "Time zone",
  nameInTexts: "Name in texts",
} as const;

export type Field = keyof typeof FIELDS;
export type Typed = Readonly<Record<Field, string>>;
const FIELD_NAMES = Object.keys(FIELDS) as readonly Field[];

export interface Sent {
  readonly typed: Typed;
  /** The revision that the form showed; 0 for a new department. */
  readonly revision: number;
  /** The revision of the waiting change that this one replaces. */
  readonly instead: number | undefined;
  /** What the form showed when it was opened. */
  readonly was: Partial<Typed>;
  /** What to look up before anything is saved. */
  readonly find?: { readonly of: "accounts" | "locations"; readonly asked: string };
}

export const NEW: Typed = {
  name: "",
  nameEs: "",
  id: "",
  connection: "",
  locations: "",
  organizers: "",
  lobby: "staff",
  phone: "",
  timeZone: "",
  nameInTexts: "no",
};

const typedBy = (textOf: (name: Field) => string): Typed =>
  Object.fromEntries(FIELD_NAMES.map((name) => [name, textOf(name)])) as unknown as Typed;

export function sentIn(request: Request): Sent {
  const typed = typedBy((name) => fieldOf(request, name));
  const lines = (text: string, ticked: readonly string[]) =>
    [...new Set([...linesOf(text), ...ticked.flatMap(linesOf)])].join("\n");
  const find = findIn(request);
  return {
    typed: {
      ...typed,
      locations: lines(typed.locations, tickedIn(request, "pickedLocations")),
      organizers: lines(typed.organizers, tickedIn(request, "pickedOrganizers")),
    },
    revision: revisionIn(request),
    instead: revisionIn(request, "instead") || undefined,
    was: wasIn(fieldOf(request, "was")),
    ...(find !== undefined && { find }),
  };
}

/** What the form asks to look up: by its button, or by Enter in its field. */
function findIn(request: Request): Sent["find"] {
  const [locations, accounts] = [fieldOf(request, "findLocations"), fieldOf(request, "findAccounts")];
  const button = fieldOf(request, "find");
  if (button === "locations" || (button === "" && locations !== ""))
    return { of: "locations", asked: locations.slice(0, MOST_ASKED) };
  if (button === "accounts" || accounts !== "")
    return { of: "accounts", asked: accounts.slice(0, MOST_ASKED) };
  return undefined;
}

const MOST_ASKED = 100;

export function typedFrom(id: string, value: PortalDepartment): Typed {
  const { name, nameEs = "", nameInTexts = false, phone, timeZone, connection, locations } = value;
  return {
    name,
    nameEs,
    id,
    connection,
    locations: locations.join("\n"),
    organizers: value.organizers.join("\n"),
    lobby: value.lobby,
    phone,
    timeZone,
    nameInTexts: nameInTexts ? "yes" : "no",
  };
}

export type Difference = FieldDifference<Field>;

/** Merges what two administrators have changed of one department; locations and accounts line by line. */
export const merged = ({ typed, was }: Pick<Sent, "typed" | "was">, now: Typed) =>
  mergedOf(FIELD_NAMES, { typed, was, now, lists: ["locations", "organizers"] });
