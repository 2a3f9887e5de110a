/** What an estimate is made of. */
import { at, type Json, type Properties } from "../cloud/json.ts";
import type { Priced } from "./prices.ts";
import type { MonthlyUsage } from "./usage.ts";

export interface PlannedResource {
  /** Pulumi's type token. */
  readonly type: string;
  /** As the program gives them; what a preview does not know yet may be missing. */
  readonly inputs: Properties;
}

/** One thing that is paid for: so many units of a price. */
export interface Charge {
  readonly what: string;
  /** How much of it, in words. */
  readonly size: string;
  readonly price: Priced;
  readonly units: number;
  /** Where it scales by itself. */
  readonly unitsAtMost?: number;
}

export type Estimate = (
  inputs: Properties,
  usage: MonthlyUsage,
  all: readonly PlannedResource[],
) => readonly Charge[];

export const azure = (type: string): string => "azure-native:" + type;
export const numberAt = (value: Json | undefined, path: string): number | undefined => {
  const found = Number(at(value, path) ?? Number.NaN);
  return Number.isFinite(found) ? found : undefined;
};
export const counted = (count: number, what: string): string => `${count.toLocaleString("en-US")} ${what}`;
