/** Where a deployment of each geography may be: Azure regions with availability zones. The first is the default. */
export const GEOGRAPHIES = ["americas", "europe", "asiaPacific"] as const;
export type Geography = (typeof GEOGRAPHIES)[number];

export const REGIONS: Readonly<Record<Geography, readonly [string, ...string[]]>> = {
  americas: ["eastus2", "eastus", "centralus", "southcentralus", "westus2", "westus3"],
  europe: [
    "northeurope",
    "westeurope",
    "francecentral",
    "germanywestcentral",
    "italynorth",
    "norwayeast",
    "polandcentral",
    "spaincentral",
    "swedencentral",
    "switzerlandnorth",
    "uksouth",
  ],
  asiaPacific: [
    "southeastasia",
    "eastasia",
    "australiaeast",
    "centralindia",
    "japaneast",
    "koreacentral",
    "newzealandnorth",
  ],
};

/** The data location of Communication Services, which is a geography, not a region, and cannot be changed later. */
export const DATA_LOCATIONS: Readonly<Record<Geography, string>> = {
  americas: "United States",
  europe: "Europe",
  asiaPacific: "Asia Pacific",
};

/** Azure writes `East US 2` in some answers and `eastus2` in others. */
export const asRegion = (location: string): string => location.toLowerCase().replaceAll(" ", "");

/** The geography of a region, or of a data location of Communication Services; undefined where no deployment may be there. */
export function geographyOf(location: string): Geography | undefined {
  const region = asRegion(location);
  return GEOGRAPHIES.find(
    (geography) => REGIONS[geography].includes(region) || asRegion(DATA_LOCATIONS[geography]) === region,
  );
}
