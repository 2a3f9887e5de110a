/** What a deployment is used for in a month, where the bill goes by use. */
export interface MonthlyUsage {
  readonly requests: number;
  readonly gigabytesOut: number;
  readonly requestUnits: number;
  readonly storeGigabytes: number;
  readonly vaultOperations: number;
  readonly packageGigabytes: number;
  readonly storageOperations: number;
  readonly logGigabytes: number;
  readonly events: number;
  readonly texts: number;
  readonly mails: number;
}

/** A hospital with a hundred visits each working day; an assumption, said with the estimate. */
export const USUAL_MONTH: MonthlyUsage = {
  requests: 500_000,
  gigabytesOut: 20,
  requestUnits: 5_000_000,
  storeGigabytes: 1,
  vaultOperations: 100_000,
  packageGigabytes: 1,
  storageOperations: 1_000_000,
  logGigabytes: 10,
  events: 20_000,
  texts: 6_000,
  mails: 4_000,
};
