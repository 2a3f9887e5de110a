import type { StackSettings } from "./stack.ts";
import { REGIONS } from "./stack/regions.ts";

/** The Azure region of every resource that has one. */
export const locationOf = (stack: StackSettings): string =>
  stack.azure?.location ?? REGIONS[stack.geography][0];
