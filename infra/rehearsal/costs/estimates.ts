/** What a resource of each type costs in a month, by what the program asks for; and what costs something that nobody can say. */
import { at, listAt, textAt, type Json, type Properties } from "../controlPlane/json.ts";
import { PRICES, type Priced } from "./prices.ts";

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
  /** Left out: it costs something, and no price of the vendor's is at hand. */
  readonly price?: Priced;
  readonly units: number;
  /** Where it scales by itself. */
  readonly unitsAtMost?: number;
}

type Estimate = (inputs: Properties, all: readonly PlannedResource[]) => readonly Charge[];

const azure = (type: string): string => "azure-native:" + type;
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

/** Autoscale is a resource of its own that names the plan by an id which a preview may not know. */
function plan(inputs: Properties, all: readonly PlannedResource[]): readonly Charge[] {
  const sku = textAt(inputs, "sku.name") ?? "";
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

/** A hospital with a hundred visits each working day writes some 10 GB a month: an assumption, said with the estimate. */
const LOG_GIGABYTES = 10;
const FREE_GIGABYTES = 5;
/** Logs are kept for a month without charge. */
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
