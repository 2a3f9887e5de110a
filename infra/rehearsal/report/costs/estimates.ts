/**
 * What a resource of each type costs in a month, by the inputs that the program gives it, and which types cost something
 * that is not known.
 */
import { at, listAt, saidAt, type Json, type Properties } from "../../azure/controlPlane/json.ts";
import { azure } from "../../azure/resourceTypes/require.ts";
import { PRICES, type Priced } from "./prices.ts";

export interface PlannedResource {
  /** Pulumi's type token. */
  readonly type: string;
  /** The program's inputs; those that a preview does not know yet may be missing. */
  readonly inputs: Properties;
}

/** One thing that is charged: a number of units at a price. */
export interface Charge {
  readonly what: string;
  /** The size in words. */
  readonly size: string;
  /** Left out: it costs something, but no price of the vendor's is known here. */
  readonly price?: Priced;
  readonly units: number;
  /** The most units, where it scales by itself. */
  readonly unitsAtMost?: number;
}

type Estimate = (inputs: Properties, all: readonly PlannedResource[]) => readonly Charge[];

const one = (what: string, price?: Priced): Estimate => {
  const charge = { what, size: "1", units: 1, ...(price !== undefined && { price }) };
  return () => [charge];
};

export const ESTIMATES: ReadonlyMap<string, Estimate> = new Map<string, Estimate>([
  [azure("web:AppServicePlan"), plan],
  [azure("operationalinsights:Workspace"), logs],
  [azure("network:PrivateEndpoint"), one("Private endpoint", "privateEndpoint")],
  [azure("privatedns:PrivateZone"), one("Private DNS zone", "privateZone")],
  [azure("cosmosdb:DatabaseAccount"), one("Cosmos DB: throughput, storage, backup")],
  [azure("keyvault:Vault"), one("Key Vault: operations, keys that renew themselves")],
  [azure("storage:StorageAccount"), one("Storage: packages and queues")],
  [azure("cdn:Profile"), one("Front Door with its firewall")],
  [azure("applicationinsights:WebTest"), one("Availability test")],
  [azure("monitor:MetricAlert"), one("Metric alert")],
  [azure("monitor:ScheduledQueryRule"), one("Log alert")],
  [azure("eventgrid:SystemTopicEventSubscription"), one("Event Grid: events")],
  [azure("communication:EmailService"), one("Mails")],
  ["ehr:index:PhoneNumber", one("Toll-free number and its texts")],
]);

/**
 * An App Service plan. Its autoscale setting is a separate resource that names the plan by an id, which a preview may not
 * know.
 */
function plan(inputs: Properties, all: readonly PlannedResource[]): readonly Charge[] {
  const sku = saidAt(inputs, "sku.name");
  const instances = numberAt(inputs, "sku.capacity") ?? 1;
  const most = all
    .filter(({ type }) => type === azure("monitor:AutoscaleSetting"))
    .flatMap((setting) => listAt(setting.inputs, "profiles"))
    .map((profile) => numberAt(profile, "capacity.maximum") ?? 0);
  const unitsAtMost = Math.max(instances, ...most);
  const size = `${String(instances)} ${sku}${unitsAtMost > instances ? `, ${String(unitsAtMost)} at most` : ""}`;
  const charge = { what: "App Service plan, Linux", size, units: instances, unitsAtMost };
  return [isPriced(sku) ? { ...charge, price: sku } : charge];
}

const isPriced = (name: string): name is Priced => name in PRICES;

/**
 * An assumption, which the estimate states: a hospital with a hundred visits each working day writes about 10 GB of logs a
 * month.
 */
const LOG_GIGABYTES = 10;
const FREE_GIGABYTES = 5;
/** The days for which logs are kept without charge. */
const FREE_DAYS = 31;

function logs(inputs: Properties): readonly Charge[] {
  const days = numberAt(inputs, "retentionInDays") ?? 30;
  const size = `${String(LOG_GIGABYTES)} GB if a hundred visits come each working day, ${String(FREE_GIGABYTES)} of them free`;
  return [
    { what: "Logs", size, price: "logGigabyte", units: LOG_GIGABYTES - FREE_GIGABYTES },
    ...(days > FREE_DAYS ? [{ what: "Logs, kept", size: `${String(days)} days`, units: 1 }] : []),
  ];
}

const numberAt = (value: Json | undefined, path: string): number | undefined => {
  const found = Number(at(value, path) ?? Number.NaN);
  return Number.isFinite(found) ? found : undefined;
};
