/**
 * The searches that the stand-in answers: which parameters each understands, which combinations it refuses, and in
 * which order it lists.
 */
import type { WithId } from "@medplum/core";
import type { Appointment, Resource } from "@medplum/fhirtypes";
import type { ChartRepository } from "./chartRepository.ts";
import { isIn, isRequestedIn, rangeOf } from "./dateRange.ts";
import { noSearchParameters, outcome } from "./outcomes.ts";

export type Served = "Appointment" | "Encounter" | "Patient" | "Practitioner" | "Location";

type ParameterType = "date" | "number" | "reference" | "string" | "token";

interface SearchRules {
  /** Parameters that are understood. Any other is refused, so that nobody relies on one that Millennium ignores. */
  readonly known: Readonly<Record<string, ParameterType>>;
  readonly pageSize: number;
  readonly find: (chart: ChartRepository, asked: URLSearchParams) => Promise<WithId<Resource>[]>;
}

const SEARCHES: Record<Served, SearchRules> = {
  Appointment: {
    known: {
      _id: "token",
      _count: "number",
      date: "date",
      "-date-or-req-period": "date",
      patient: "reference",
      practitioner: "reference",
      location: "reference",
      status: "token",
    },
    pageSize: 20,
    find: appointments,
  },
  Encounter: {
    known: { _id: "token", _count: "number", patient: "reference", subject: "reference" },
    pageSize: 20,
    find: (chart, asked) =>
      chart.search("Encounter", passedOn(asked, { _id: "_id", patient: "patient", subject: "subject" })),
  },
  Patient: {
    known: {
      _id: "token",
      identifier: "token",
      name: "string",
      given: "string",
      family: "string",
      birthdate: "date",
      _count: "number",
    },
    pageSize: 20,
    find: (chart, asked) =>
      chart.search(
        "Patient",
        passedOn(asked, same("_id", "identifier", "family", "given", "name", "birthdate")),
      ),
  },
  Practitioner: {
    known: { _id: "token", identifier: "token", family: "string", name: "string", _count: "number" },
    pageSize: 20,
    find: (chart, asked) =>
      chart.search("Practitioner", passedOn(asked, same("_id", "identifier", "family", "name"))),
  },
  Location: {
    known: {
      _id: "token",
      "-physicalType": "token",
      "address-city": "string",
      "address-state": "string",
      _count: "number",
    },
    pageSize: 100,
    find: locations,
  },
};

/** The parameters that a search of a type understands, as a CapabilityStatement lists them. */
export function searchParameters(type: Served): { readonly name: string; readonly type: ParameterType }[] {
  return Object.entries(SEARCHES[type].known).map(([name, kind]) => ({ name, type: kind }));
}

/**
 * All resources that match, in Millennium's order, and how many are on a page. `base` is the address below which references
 * may be absolute.
 */
export async function search(
  chart: ChartRepository,
  base: string,
  type: Served,
  sent: URLSearchParams,
): Promise<{ readonly found: readonly WithId<Resource>[]; readonly pageSize: number }> {
  const rules = SEARCHES[type];
  const asked = relative(rules, base, sent);
  const unknown = [...asked.keys()].find((name) => !Object.hasOwn(rules.known, name));
  if (unknown !== undefined) throw outcome(400, "not-supported", `The parameter ${unknown} is not supported`);
  const found = await rules.find(chart, asked);
  return { found, pageSize: pageSizeOf(asked, rules.pageSize) };
}

/** The parameters with references as they are in the chart. A reference to another server then matches nothing. */
function relative({ known }: SearchRules, base: string, sent: URLSearchParams): URLSearchParams {
  const own = (value: string) => (value.startsWith(base + "/") ? value.slice(base.length + 1) : value);
  return new URLSearchParams(
    [...sent].map(([name, value]) => [
      name,
      known[name] === "reference" ? value.split(",").map(own).join(",") : value,
    ]),
  );
}

/** Searches appointments, by `_id` alone, or by exactly one of three kinds of participant, given once, with a date range. */
async function appointments(chart: ChartRepository, asked: URLSearchParams): Promise<WithId<Appointment>[]> {
  if (asked.has("_id")) {
    const others = [...asked.keys()].filter((name) => name !== "_id" && name !== "_count");
    if (others.length > 0) throw outcome(400, "invalid", "_id may not be combined with other parameters");
    return chart.search("Appointment", passedOn(asked, same("_id")));
  }
  const given = ["patient", "practitioner", "location"].flatMap((kind) =>
    asked.getAll(kind).map((ids) => ({ kind, ids })),
  );
  const [who, another] = given;
  const dates = asked.getAll("date");
  const periods = asked.getAll("-date-or-req-period");
  if (who === undefined || (dates.length === 0 && periods.length === 0)) throw noSearchParameters();
  if (another !== undefined)
    throw outcome(400, "invalid", "exactly one of patient, practitioner or location may be given, once");
  if (dates.length > 0 && periods.length > 0)
    throw outcome(400, "invalid", "date and -date-or-req-period may not be combined");
  const inRange = rangeOf(dates.length > 0 ? dates : periods);
  const status = asked.get("status");
  const query = new URLSearchParams({ [who.kind]: references(who.kind, who.ids), _sort: "date" });
  if (status !== null) query.set("status", status);
  const all = await chart.search("Appointment", query.toString());
  return all.filter((each) =>
    each.status === "proposed" ? periods.length > 0 && isRequestedIn(each, inRange) : isIn(each, inRange),
  );
}

/**
 * Searches locations. `partOf` is not supported, so a client that wants the locations below a unit has to read upwards from
 * a location.
 */
function locations(chart: ChartRepository, asked: URLSearchParams): Promise<WithId<Resource>[]> {
  const kind = asked.get("-physicalType");
  if (kind === null)
    return chart.search("Location", passedOn(asked, same("_id", "address-city", "address-state")));
  const code = kind.split("|").at(-1) ?? "";
  return chart
    .search("Location", "")
    .then((all) =>
      all.filter(({ physicalType }) => physicalType?.coding?.some((each) => each.code === code) === true),
    );
}

/** Medplum's query for parameters under Oracle's names; a search without any of them is refused. */
function passedOn(asked: URLSearchParams, names: Record<string, string>): string {
  const query = new URLSearchParams();
  for (const [ours, medplums] of Object.entries(names))
    for (const value of asked.getAll(ours))
      query.append(
        medplums,
        medplums === "patient" || medplums === "subject" ? references("patient", value) : value,
      );
  if (query.size === 0) throw noSearchParameters();
  return query.toString();
}

function same(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, name]));
}

function references(kind: string, ids: string): string {
  const type = kind.charAt(0).toUpperCase() + kind.slice(1);
  return ids
    .split(",")
    .map((id) => (id.includes("/") ? id : `${type}/${id}`))
    .join(",");
}

function pageSizeOf(asked: URLSearchParams, usual: number): number {
  const count = asked.get("_count");
  if (count === null || asked.has("_id")) return asked.has("_id") ? 1000 : usual;
  if (!/^[1-9]\d{0,2}$/u.test(count)) throw outcome(400, "invalid", "_count must be a number from 1 to 999");
  return Math.min(Number(count), 200);
}
