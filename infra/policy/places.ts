/**
 * Where a resource stands and what it belongs to, as its tags say it. A resource that does not say is judged as
 * production, and belongs to no geography.
 */
import { DATA_LOCATIONS, GLOBAL, REGIONS, type Geography } from "../stack/places.ts";
import { at, said } from "./reading.ts";

export type { Geography } from "../stack/places.ts";
export type Environment = "test" | "production";

export const environmentOf = (props: unknown): Environment =>
  at(props, "tags.environment") === "test" ? "test" : "production";

export function geographyOf(props: unknown): Geography | undefined {
  const tag = at(props, "tags.geography");
  return typeof tag === "string" && Object.hasOwn(REGIONS, tag) ? (tag as Geography) : undefined;
}

/** What is wrong with a place, nothing when it lies in the geography. */
export function placeFault(
  path: string,
  place: unknown,
  geography: Geography | undefined,
): readonly string[] {
  if (geography === undefined) return [path + " cannot be judged: the tag geography is missing"];
  return typeof place === "string" && REGIONS[geography].includes(asRegion(place))
    ? []
    : [
        path +
          " " +
          said(place) +
          "; in " +
          geography +
          " it must be one of " +
          REGIONS[geography].join(", "),
      ];
}

export function dataLocationFault(place: unknown, geography: Geography | undefined): readonly string[] {
  if (geography === undefined) return ["dataLocation cannot be judged: the tag geography is missing"];
  const wanted = DATA_LOCATIONS[geography];
  return place === wanted
    ? []
    : ["dataLocation " + said(place) + "; in " + geography + " it must be " + wanted];
}

export const isGlobal = (place: unknown): boolean =>
  typeof place === "string" && place.toLowerCase() === GLOBAL;

/** Azure answers `East US 2` where it was asked for `eastus2`. */
const asRegion = (location: string): string => location.toLowerCase().replaceAll(" ", "");
