/**
 * List prices in US dollars, rough: regions and agreements differ. Each says where it was read and when; what was read in
 * no page of the vendor's or with no date is marked, and the vendor's calculator has the last word.
 */
export interface Price {
  readonly usd: number;
  readonly source: string;
  /** Month, or `undated`. */
  readonly asOf: string;
  /** Remembered, read without a date, or worked out from another price. */
  readonly isGuess?: boolean;
}

const RETAIL = "Azure Retail Prices API, ";
const INFRACOST = "Infracost's recorded prices, ";

/** A month is 730 hours, as in Azure's calculator. */
export const HOURS = 730;

export const PRICES = {
  /** An instance for a month. */
  P0v3: { usd: 62.05, source: RETAIL + "App Service P0v3 Linux, Central US", asOf: "2026-09" },
  P1v3: { usd: 113.15, source: RETAIL + "App Service P1v3 Linux, East US", asOf: "2026-04" },
  P2v3: { usd: 226.3, source: INFRACOST + "App Service P2v3 Linux", asOf: "undated", isGuess: true },
  P1mv3: { usd: 135.78, source: INFRACOST + "App Service P1mv3 Linux", asOf: "undated", isGuess: true },
  /** 100 RU/s at most, for a month at that height. Autoscale pays for the highest it reached, a tenth at least. */
  autoscale100: {
    usd: 0.008 * 1.5 * HOURS,
    source: "Understand your Azure Cosmos DB bill; autoscale is 1.5 times the standard rate",
    asOf: "undated",
    isGuess: true,
  },
  /** 100 RU/s that are always there, for a month. */
  manual100: {
    usd: 0.008 * HOURS,
    source: "Understand your Azure Cosmos DB bill",
    asOf: "undated",
    isGuess: true,
  },
  serverlessMillion: {
    usd: 0.279,
    source: INFRACOST + "Cosmos DB serverless, a million request units, West US",
    asOf: "undated",
    isGuess: true,
  },
  storeGigabyte: {
    usd: 0.25,
    source: INFRACOST + "Cosmos DB transactional storage",
    asOf: "undated",
    isGuess: true,
  },
  storeBackupGigabyte: {
    usd: 0.2,
    source: INFRACOST + "Cosmos DB continuous backup, 30 days, West US",
    asOf: "undated",
    isGuess: true,
  },
  /** RSA 3072 and elliptic curves are dearer than RSA 2048. */
  vaultTenThousand: {
    usd: 0.15,
    source: INFRACOST + "Key Vault, software-protected advanced keys",
    asOf: "undated",
    isGuess: true,
  },
  vaultRotation: {
    usd: 1,
    source: "Key Vault pricing, scheduled key rotation",
    asOf: "undated",
    isGuess: true,
  },
  frontDoorPremium: {
    usd: 330,
    source: "Azure Front Door pricing, as blog.cdnsun.com tells it",
    asOf: "2026",
    isGuess: true,
  },
  frontDoorStandard: {
    usd: 35,
    source: "Azure Front Door pricing, as blog.cdnsun.com tells it",
    asOf: "2026",
    isGuess: true,
  },
  frontDoorTenThousand: {
    usd: 0.015,
    source: "Azure Front Door pricing, as blog.cdnsun.com tells it",
    asOf: "2026",
    isGuess: true,
  },
  frontDoorGigabyte: {
    usd: 0.083,
    source: "Azure Front Door pricing, as blog.cdnsun.com tells it",
    asOf: "2026",
    isGuess: true,
  },
  /** The first 5 GB of a month are free. */
  logGigabyte: { usd: 2.3, source: "Azure Monitor pricing, analytics logs", asOf: "2026-04" },
  /** For each month beyond the first 31 days. */
  logRetentionGigabyte: {
    usd: 0.1,
    source: "Azure Monitor pricing, as monitoringcost.com tells it",
    asOf: "2026",
    isGuess: true,
  },
  metricAlert: {
    usd: 0.1,
    source: INFRACOST + "metrics monitoring, one time series",
    asOf: "undated",
    isGuess: true,
  },
  logAlert: { usd: 1.5, source: "Azure Monitor pricing, from memory", asOf: "undated", isGuess: true },
  webTest: {
    usd: 0.000645,
    source: INFRACOST + "standard web test, one execution",
    asOf: "undated",
    isGuess: true,
  },
  privateEndpoint: { usd: 0.01 * HOURS, source: RETAIL + "private endpoint, Central US", asOf: "2026-09" },
  privateZone: { usd: 0.5, source: RETAIL + "private DNS zone", asOf: "2026-09" },
  natGateway: {
    usd: 0.045 * HOURS,
    source: "Azure NAT Gateway pricing, from memory",
    asOf: "undated",
    isGuess: true,
  },
  publicAddress: {
    usd: 0.005 * HOURS,
    source: "IP Addresses pricing, from memory",
    asOf: "undated",
    isGuess: true,
  },
  blobGigabyteLrs: {
    usd: 0.0208,
    source: INFRACOST + "block blobs, hot, locally redundant",
    asOf: "undated",
    isGuess: true,
  },
  blobGigabyteZrs: {
    usd: 0.026,
    source: "1.25 times locally redundant storage, from memory",
    asOf: "undated",
    isGuess: true,
  },
  storageTenThousand: {
    usd: 0.055,
    source: INFRACOST + "block blobs, hot, write operations",
    asOf: "undated",
    isGuess: true,
  },
  /** The first 100,000 of a month are free. */
  eventMillion: { usd: 0.6, source: "Event Grid pricing, from memory", asOf: "undated", isGuess: true },
  tollFreeNumber: {
    usd: 2,
    source: "Azure Communication Services, toll-free SMS pricing",
    asOf: "undated",
    isGuess: true,
  },
  /** A segment within the United States, the carriers' surcharge included. */
  textSegment: {
    usd: 0.0075 + 0.0025,
    source: "Azure Communication Services, toll-free SMS pricing",
    asOf: "undated",
    isGuess: true,
  },
  mail: {
    usd: 0.00025,
    source: "Azure Communication Services pricing, from memory",
    asOf: "undated",
    isGuess: true,
  },
} as const satisfies Readonly<Record<string, Price>>;

export type Priced = keyof typeof PRICES;
