/** Where a deployment of each geography may be. The connector itself compares where it is with the same list. */
export { asRegion, DATA_LOCATIONS, GEOGRAPHIES, REGIONS, type Geography } from "../../app/domain/regions.ts";

/** The location of Azure resources that have no region. */
export const GLOBAL = "global";
