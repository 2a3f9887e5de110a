/** The Azure region of every resource that has one. */
import type { StackSettings } from "./stack.ts";
import { REGIONS } from "./stack/regions.ts";

export const locationOf = (stack: StackSettings): string =>
  stack.azure?.location ?? REGIONS[stack.geography][0];
