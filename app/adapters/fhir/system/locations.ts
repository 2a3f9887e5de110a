/**
 * All locations, and which of them lie below others. Millennium cannot search by `partOf`, so all locations are read page by
 * page, kind by kind.
 */
import { Climb } from "../../../domain/climb.ts";
import type {
  Locations,
  LocationsBelow,
  LocationsLacking,
  ChartLocation,
  TooManyLocations,
  Trouble,
} from "../../../ports/systemEhr.ts";
import { readMembers, Unreadable } from "../../wire/members.ts";
import { bareId, idOf } from "../references.ts";
import { locationSchema } from "../resources.ts";
import { isRedacted, Shortfall } from "../shortfall.ts";
import type { Asking } from "./ask.ts";
import { pages } from "./pages.ts";

const SYSTEM = "http://terminology.hl7.org/CodeSystem/location-physical-type";
/**
 * The physical types to ask for. Those where visits take place come first, so that a limit cuts off roads.
 * https://hl7.org/fhir/R4/codesystem-location-physical-type.html
 */
const KINDS = ["ro", "wa", "bu", "si", "wi", "lvl", "area", "bd", "co", "ca", "ho", "ve", "rd", "jdn"];
const MOST_PAGES = 50;
export async function locationsBelow(
  asking: Asking,
  roots: readonly string[],
): Promise<LocationsBelow | TooManyLocations | Trouble> {
  const all = await locations(asking);
  if (all.kind !== "all") return all;
  const parents = new Map(
    all.locations.flatMap(({ id, partOf }) => (partOf === undefined ? [] : [[id, partOf] as const])),
  );
  return {
    kind: "found",
    locations: below(parents, new Set(roots)),
    all: all.locations,
    lacking: all.lacking,
  };
}

export async function locations(asking: Asking): Promise<Locations | TooManyLocations | Trouble> {
  const locations = new Map<string, ChartLocation>();
  const lacking = { unreadable: 0, keptBack: 0 };
  let left = MOST_PAGES;
  for (const kind of KINDS) {
    const query = new URLSearchParams({ "-physicalType": SYSTEM + "|" + kind, _count: "200" });
    const bundles = pages(asking, "Location", query, left);
    const shortfall = new Shortfall();
    for (;;) {
      const { done, value } = await bundles.next();
      if (done !== true) {
        left -= 1;
        shortfall.take(value);
        for (const { resource } of value.entry) {
          const read = locationIn(resource, asking.connection.fhirBaseUrl);
          if (typeof read === "object") locations.set(read.id, read);
          else if (read !== "another") lacking[read] += 1;
        }
        continue;
      }
      lacking.keptBack += Number(shortfall.isKeptBack);
      if (value?.kind === "too-many-pages") return { kind: "too-many" };
      if (value?.kind === "no-way-on")
        return {
          kind: "not-fhir",
          reason: "the chart system names no page of locations that may be asked for",
        };
      // A server may count what it does not show to this client. A location that is missing is asked for by its id.
      if (value?.kind === "incomplete" && value.isByCount) break;
      if (value?.kind === "incomplete")
        return { kind: "not-fhir", reason: "the chart system says that it did not send all locations" };
      if (value !== undefined) return value;
      break;
    }
  }
  return { kind: "all", locations: [...locations.values()], lacking };
}

/** The location, or why there is none: `another` is no location. One that cannot be read is found by its own id only. */
function locationIn(resource: unknown, base: string): ChartLocation | keyof LocationsLacking | "another" {
  if (isAnother(resource)) return "another";
  const lacks = isRedacted(resource) ? "keptBack" : "unreadable";
  try {
    const { id, name, partOf } = readMembers(locationSchema, resource).value;
    const [own, parent] = [bareId(id ?? "", "Location", base), idOf(partOf, "Location", base)];
    if (own === undefined) return lacks;
    return {
      id: own,
      ...(name !== undefined && { name }),
      ...(parent !== undefined && { partOf: parent }),
    };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return lacks;
  }
}

/** FHIR's kinds begin with a capital: "location" is a misspelled one. */
const isAnother = (resource: unknown): boolean =>
  typeof resource === "object" &&
  resource !== null &&
  "resourceType" in resource &&
  typeof resource.resourceType === "string" &&
  /^[A-Z]/.test(resource.resourceType) &&
  resource.resourceType !== "Location";

function below(
  parents: ReadonlyMap<string, string>,
  roots: ReadonlySet<string>,
): LocationsBelow["locations"] {
  return [...parents].flatMap(([id, parent]) => {
    const root = rootOf(parent, parents, roots);
    return root === undefined || root === id ? [] : [{ id, root }];
  });
}

function rootOf(
  id: string,
  parents: ReadonlyMap<string, string>,
  roots: ReadonlySet<string>,
): string | undefined {
  const climb = new Climb();
  for (let here: string | undefined = id; here !== undefined && climb.goesTo(here); here = parents.get(here))
    if (roots.has(here)) return here;
  return undefined;
}
