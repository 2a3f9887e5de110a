/** Where a geography's deployment may stand: Azure regions with availability zones, the first one unless a stack says another. */
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

/** Communication Services keep data by geography, not by region; it cannot be changed later. */
export const DATA_LOCATIONS: Readonly<Record<Geography, string>> = {
  americas: "United States",
  europe: "Europe",
  asiaPacific: "Asia Pacific",
};

/** Azure's resources without a region. */
export const GLOBAL = "global";
