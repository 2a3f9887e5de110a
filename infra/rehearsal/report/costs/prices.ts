/**
 * List prices in US dollars as read from the vendor, each with the month of reading. Regions and agreements differ, and the
 * vendor's calculator is authoritative. What has no such price is not estimated.
 */
export interface Price {
  readonly usd: number;
  readonly source: string;
  /** The month in which the price was read. */
  readonly asOf: string;
}

const RETAIL = "Azure Retail Prices API, ";

/** A month is 730 hours, as in Azure's calculator. */
const HOURS = 730;

export const PRICES = {
  /** One instance for one month. */
  P0v3: { usd: 62.05, source: RETAIL + "App Service P0v3 Linux, Central US", asOf: "2026-09" },
  P1v3: { usd: 113.15, source: RETAIL + "App Service P1v3 Linux, East US", asOf: "2026-04" },
  /** The first 5 GB of a month are free. */
  logGigabyte: { usd: 2.3, source: "Azure Monitor pricing, analytics logs", asOf: "2026-04" },
  privateEndpoint: { usd: 0.01 * HOURS, source: RETAIL + "private endpoint, Central US", asOf: "2026-09" },
  privateZone: { usd: 0.5, source: RETAIL + "private DNS zone", asOf: "2026-09" },
} as const satisfies Readonly<Record<string, Price>>;

export type Priced = keyof typeof PRICES;
