/** Checks that a resource is where the stack file says. */
import { asRegion, DATA_LOCATIONS, GLOBAL, REGIONS, type Geography } from "../stack/regions.ts";
import { said } from "./reading.ts";

/** What is wrong with a location; empty when it is in the geography. */
export function locationViolations(path: string, location: unknown, geography: Geography): readonly string[] {
  return typeof location === "string" && REGIONS[geography].includes(asRegion(location))
    ? []
    : [
        path +
          " " +
          said(location) +
          "; in " +
          geography +
          " it must be one of " +
          REGIONS[geography].join(", "),
      ];
}

export function dataLocationViolations(location: unknown, geography: Geography): readonly string[] {
  const wanted = DATA_LOCATIONS[geography];
  return location === wanted
    ? []
    : ["dataLocation " + said(location) + "; in " + geography + " it must be " + wanted];
}

export const isGlobal = (location: unknown): boolean =>
  typeof location === "string" && location.toLowerCase() === GLOBAL;
