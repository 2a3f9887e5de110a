/** Azure regions by name, with the display names that some services answer instead. */
import { saidAt, textAt } from "../controlPlane/json.ts";
import type { Draft } from "../controlPlane/model.ts";
import { Refusal } from "../controlPlane/refusal.ts";
import { armTypeOf } from "../controlPlane/ids.ts";

const REGIONS: Readonly<Record<string, string>> = {
  australiaeast: "Australia East",
  australiasoutheast: "Australia Southeast",
  brazilsouth: "Brazil South",
  canadacentral: "Canada Central",
  canadaeast: "Canada East",
  centralindia: "Central India",
  centralus: "Central US",
  eastasia: "East Asia",
  eastus: "East US",
  eastus2: "East US 2",
  francecentral: "France Central",
  germanywestcentral: "Germany West Central",
  italynorth: "Italy North",
  japaneast: "Japan East",
  japanwest: "Japan West",
  koreacentral: "Korea Central",
  newzealandnorth: "New Zealand North",
  northcentralus: "North Central US",
  northeurope: "North Europe",
  norwayeast: "Norway East",
  polandcentral: "Poland Central",
  southafricanorth: "South Africa North",
  southcentralus: "South Central US",
  southeastasia: "Southeast Asia",
  spaincentral: "Spain Central",
  swedencentral: "Sweden Central",
  switzerlandnorth: "Switzerland North",
  uaenorth: "UAE North",
  uksouth: "UK South",
  ukwest: "UK West",
  westcentralus: "West Central US",
  westeurope: "West Europe",
  westus: "West US",
  westus2: "West US 2",
  westus3: "West US 3",
};

export const regionOf = (region: string): string => region.replaceAll(" ", "").toLowerCase();

export const displayed = (region: string): string => REGIONS[regionOf(region)] ?? region;

/** The location as App Service and Cosmos DB answer it. */
export const displayedLocation = (draft: Draft): { location: string } => ({
  location: displayed(saidAt(draft.inputs, "location")),
});

/** @throws Refusal for a location that is not a region of Azure */
export function refuseUnknownRegion(draft: Draft): void {
  const location = textAt(draft.inputs, "location");
  if (location === undefined)
    throw new Refusal(400, "LocationRequired", "The location property is required for this definition.");
  if (REGIONS[regionOf(location)] === undefined) throw notAvailable(draft, location, "");
}

/** @throws Refusal for a region, where a service has no regions */
export function refuseRegion(draft: Draft): void {
  const location = textAt(draft.inputs, "location");
  if (location !== undefined && location.toLowerCase() !== "global")
    throw notAvailable(draft, location, "global");
}

function notAvailable(draft: Draft, location: string, available: string): Refusal {
  const regions = available === "" ? Object.keys(REGIONS).join(",") : available;
  return new Refusal(
    400,
    "LocationNotAvailableForResourceType",
    `The provided location '${location}' is not available for resource type '${armTypeOf(draft.id)}'. List of available regions for the resource type is '${regions}'.`,
  );
}
