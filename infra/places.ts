import type { StackSettings } from "./stack.ts";

/** Where a geography's deployment stands: an Azure region with availability zones, inside that geography. */
const LOCATIONS: Readonly<Record<StackSettings["geography"], string>> = {
  americas: "eastus2",
  europe: "northeurope",
  asiaPacific: "southeastasia",
};

export const locationOf = (stack: StackSettings): string => LOCATIONS[stack.geography];
