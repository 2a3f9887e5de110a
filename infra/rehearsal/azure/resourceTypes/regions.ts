/** Azure regions by name, with the display names that some services answer instead. */
import { saidAt, textAt, type Json } from "../controlPlane/json.ts";
import type { Draft } from "../controlPlane/model.ts";
import { Refusal } from "../controlPlane/refusal.ts";
import { armTypeOf } from "../controlPlane/ids.ts";

const NAMES =
  "Australia East, Australia Southeast, Brazil South, Canada Central, Canada East, Central India, Central US, East Asia, East US, East US 2, France Central, Germany West Central, Italy North, Japan East, Japan West, Korea Central, New Zealand North, North Central US, North Europe, Norway East, Poland Central, South Africa North, South Central US, Southeast Asia, Spain Central, Sweden Central, Switzerland North, UAE North, UK South, UK West, West Central US, West Europe, West US, West US 2, West US 3";

export const regionOf = (region: string): string => region.replaceAll(" ", "").toLowerCase();

const REGIONS = new Map(NAMES.split(", ").map((name) => [regionOf(name), name]));

export const displayed = (region: string): string => REGIONS.get(regionOf(region)) ?? region;

/** Whether two resources, or what is asked of them, are in different regions. */
export const isElsewhere = (one: Json | undefined, other: Json | undefined): boolean =>
  regionOf(saidAt(one, "location")) !== regionOf(saidAt(other, "location"));

/** The location as App Service and Cosmos DB answer it. */
export const displayedLocation = (draft: Draft): { location: string } => ({
  location: displayed(saidAt(draft.inputs, "location")),
});

/** @throws Refusal for a location that is not a region of Azure */
export function refuseUnknownRegion(draft: Draft): void {
  const location = textAt(draft.inputs, "location");
  if (location === undefined)
    throw new Refusal(400, "LocationRequired", "The location property is required for this definition.");
  if (!REGIONS.has(regionOf(location))) throw notAvailable(draft, location, [...REGIONS.keys()].join(","));
}

/** @throws Refusal for a region, where a service has no regions */
export function refuseRegion(draft: Draft): void {
  const location = textAt(draft.inputs, "location");
  if (location !== undefined && location.toLowerCase() !== "global")
    throw notAvailable(draft, location, "global");
}

function notAvailable(draft: Draft, location: string, available: string): Refusal {
  return new Refusal(
    400,
    "LocationNotAvailableForResourceType",
    `The provided location '${location}' is not available for resource type '${armTypeOf(draft.id)}'. List of available regions for the resource type is '${available}'.`,
  );
}
