/** Whether a resource stands where the stack file says. */
import { DATA_LOCATIONS, GLOBAL, REGIONS, type Geography } from "../stack/places.ts";
import { said } from "./reading.ts";

/** What is wrong with a place, nothing when it lies in the geography. */
export function placeFault(path: string, place: unknown, geography: Geography): readonly string[] {
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

export function dataLocationFault(place: unknown, geography: Geography): readonly string[] {
  const wanted = DATA_LOCATIONS[geography];
  return place === wanted
    ? []
    : ["dataLocation " + said(place) + "; in " + geography + " it must be " + wanted];
}

export const isGlobal = (place: unknown): boolean =>
  typeof place === "string" && place.toLowerCase() === GLOBAL;

/** Azure answers `East US 2` where it was asked for `eastus2`. */
const asRegion = (location: string): string => location.toLowerCase().replaceAll(" ", "");
