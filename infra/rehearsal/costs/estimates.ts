/** What a resource of each type costs in a month, by what the program asks for and how much it is used. */
import { listAt, textAt, type Properties } from "../cloud/json.ts";
import { azure, counted, numberAt, type Charge, type Estimate, type PlannedResource } from "./charge.ts";
import { PRICES, type Priced } from "./prices.ts";
import { rotation, saidThroughput, storage, store, throughput } from "./stores.ts";
import type { MonthlyUsage } from "./usage.ts";

export const ESTIMATES: ReadonlyMap<string, Estimate> = new Map<string, Estimate>([
  [azure("web:AppServicePlan"), plan],
  [azure("cosmosdb:DatabaseAccount"), store],
  [azure("cosmosdb:SqlResourceSqlDatabase"), throughput],
  [azure("cosmosdb:SqlResourceSqlContainer"), saidThroughput],
  [
    azure("keyvault:Vault"),
    (_, { vaultOperations: count }) => [
      {
        what: "Key Vault",
        size: counted(count, "operations"),
        price: "vaultTenThousand",
        units: count / 10_000,
      },
    ],
  ],
  [azure("keyvault:Key"), rotation],
  [azure("storage:StorageAccount"), storage],
  [azure("cdn:Profile"), frontDoor],
  [azure("operationalinsights:Workspace"), logs],
  [azure("applicationinsights:WebTest"), webTest],
  [azure("monitor:MetricAlert"), metricAlert],
  [azure("monitor:ScheduledQueryRule"), one("Log alert", "logAlert")],
  [azure("network:PrivateEndpoint"), one("Private endpoint", "privateEndpoint")],
  [azure("privatedns:PrivateZone"), one("Private DNS zone", "privateZone")],
  [azure("network:NatGateway"), one("NAT gateway", "natGateway")],
  [azure("network:PublicIPAddress"), one("Public address", "publicAddress")],
  [azure("eventgrid:SystemTopicEventSubscription"), events],
  [
    azure("communication:EmailService"),
    (_, { mails }) => [{ what: "Mail", size: counted(mails, "mails"), price: "mail", units: mails }],
  ],
  ["ehr:index:PhoneNumber", number],
]);

function one(what: string, price: Priced): Estimate {
  return () => [{ what, size: "1", price, units: 1 }];
}

/** Autoscale is a resource of its own that names the plan by an id which a preview may not know. */
function plan(inputs: Properties, _: MonthlyUsage, all: readonly PlannedResource[]): readonly Charge[] {
  const sku = textAt(inputs, "sku.name") ?? "";
  if (!isPlan(sku)) return [];
  const instances = numberAt(inputs, "sku.capacity") ?? 1;
  const most = all
    .filter(({ type }) => type === azure("monitor:AutoscaleSetting"))
    .flatMap((setting) => listAt(setting.inputs, "profiles"))
    .map((profile) => numberAt(profile, "capacity.maximum") ?? 0);
  const unitsAtMost = Math.max(instances, ...most);
  const size = `${counted(instances, sku)}${unitsAtMost > instances ? `, ${String(unitsAtMost)} at most` : ""}`;
  return [{ what: "App Service plan, Linux", size, price: sku, units: instances, unitsAtMost }];
}

const isPlan = (sku: string): sku is Priced & ("P0v3" | "P1v3" | "P2v3" | "P1mv3") =>
  ["P0v3", "P1v3", "P2v3", "P1mv3"].includes(sku) && sku in PRICES;

function frontDoor(inputs: Properties, { requests, gigabytesOut }: MonthlyUsage): readonly Charge[] {
  const isPremium = (textAt(inputs, "sku.name") ?? "").startsWith("Premium");
  return [
    {
      what: isPremium ? "Front Door Premium, firewall included" : "Front Door Standard",
      size: "1",
      price: isPremium ? "frontDoorPremium" : "frontDoorStandard",
      units: 1,
    },
    {
      what: "Front Door, requests",
      size: counted(requests, "requests"),
      price: "frontDoorTenThousand",
      units: requests / 10_000,
    },
    {
      what: "Front Door, traffic",
      size: counted(gigabytesOut, "GB"),
      price: "frontDoorGigabyte",
      units: gigabytesOut,
    },
  ];
}

function logs(inputs: Properties, { logGigabytes }: MonthlyUsage): readonly Charge[] {
  const days = numberAt(inputs, "retentionInDays") ?? 30;
  const kept = (Math.max(0, days - 31) / 30) * logGigabytes;
  return [
    {
      what: "Logs",
      size: `${counted(logGigabytes, "GB")}, 5 of them free`,
      price: "logGigabyte",
      units: Math.max(0, logGigabytes - 5),
    },
    ...(kept > 0
      ? [
          {
            what: "Logs, kept",
            size: counted(days, "days"),
            price: "logRetentionGigabyte" as const,
            units: kept,
          },
        ]
      : []),
  ];
}

function webTest(inputs: Properties): readonly Charge[] {
  const seconds = numberAt(inputs, "frequency") ?? 300;
  const places = Math.max(1, listAt(inputs, "locations").length);
  const runs = Math.round((730 * 3600) / seconds) * places;
  return [
    {
      what: "Availability test",
      size: `every ${String(seconds)} s from ${counted(places, places === 1 ? "place" : "places")}`,
      price: "webTest",
      units: runs,
    },
  ];
}

function metricAlert(inputs: Properties): readonly Charge[] {
  const series = Math.max(1, listAt(inputs, "criteria.allOf").length);
  return [
    { what: "Metric alert", size: counted(series, "time series"), price: "metricAlert", units: series },
  ];
}

/** Each event is taken in and delivered; the first 100,000 operations are free. */
function events(_: Properties, { events: count }: MonthlyUsage): readonly Charge[] {
  return [
    {
      what: "Event Grid",
      size: `${counted(count, "events")}, 100,000 operations free`,
      price: "eventMillion",
      units: Math.max(0, count * 2 - 100_000) / 1_000_000,
    },
  ];
}

function number(_: Properties, { texts }: MonthlyUsage): readonly Charge[] {
  return [
    { what: "Toll-free number", size: "1", price: "tollFreeNumber", units: 1 },
    { what: "Texts", size: counted(texts, "segments"), price: "textSegment", units: texts },
  ];
}
