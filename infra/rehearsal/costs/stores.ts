/** What keeps something: the store, the vault's keys, the storage account. */
import { at, listAt, textAt, type Properties } from "../cloud/json.ts";
import { azure, counted, numberAt, type Charge, type PlannedResource } from "./charge.ts";
import type { MonthlyUsage } from "./usage.ts";

export function store(inputs: Properties, { requestUnits, storeGigabytes }: MonthlyUsage): readonly Charge[] {
  const regions = Math.max(1, listAt(inputs, "locations").length);
  const gigabytes = storeGigabytes * regions;
  const isKept30Days =
    textAt(inputs, "backupPolicy.continuousModeProperties.tier") === "Continuous30Days" ||
    (textAt(inputs, "backupPolicy.type") === "Continuous" &&
      at(inputs, "backupPolicy.continuousModeProperties") === undefined);
  const size = counted(gigabytes, "GB");
  return [
    { what: "Cosmos DB, storage", size, price: "storeGigabyte", units: gigabytes },
    ...(isKept30Days
      ? [
          {
            what: "Cosmos DB, backup of 30 days",
            size,
            price: "storeBackupGigabyte" as const,
            units: gigabytes,
          },
        ]
      : []),
    ...(isServerless(inputs)
      ? [
          {
            what: "Cosmos DB, serverless",
            size: counted(requestUnits, "request units"),
            price: "serverlessMillion" as const,
            units: requestUnits / 1_000_000,
          },
        ]
      : []),
  ];
}

/** Of autoscale a tenth is paid for at rest. Where neither database nor container says anything, each container gets 400 RU/s. */
export function throughput(
  inputs: Properties,
  _: MonthlyUsage,
  all: readonly PlannedResource[],
): readonly Charge[] {
  const said = saidThroughput(inputs);
  if (said.length > 0 || !all.some(isProvisionedAccount)) return said;
  const containers = all.filter(({ type }) => type === azure("cosmosdb:SqlResourceSqlContainer"));
  return containers
    .filter((container) => saidThroughput(container.inputs).length === 0)
    .map(() => fixed(400));
}

export function saidThroughput(inputs: Properties): readonly Charge[] {
  const most = numberAt(inputs, "options.autoscaleSettings.maxThroughput");
  const always = numberAt(inputs, "options.throughput");
  if (most === undefined) return always === undefined ? [] : [fixed(always)];
  const size = `${counted(most / 10, "RU/s at rest")}, ${counted(most, "at most")}`;
  return [
    {
      what: "Cosmos DB, autoscale",
      size,
      price: "autoscale100",
      units: most / 1000,
      unitsAtMost: most / 100,
    },
  ];
}

const fixed = (perSecond: number): Charge => ({
  what: "Cosmos DB, throughput",
  size: counted(perSecond, "RU/s"),
  price: "manual100",
  units: perSecond / 100,
});

const isProvisionedAccount = ({ type, inputs }: PlannedResource): boolean =>
  type === azure("cosmosdb:DatabaseAccount") && !isServerless(inputs);

const isServerless = (account: Properties): boolean =>
  listAt(account, "capabilities").some((one) => textAt(one, "name") === "EnableServerless");

export function rotation(inputs: Properties): readonly Charge[] {
  const rotates = listAt(inputs, "properties.rotationPolicy.lifetimeActions").find(
    (one) => (textAt(one, "action.type") ?? textAt(one, "action"))?.toLowerCase() === "rotate",
  );
  const months = monthsOf(
    textAt(rotates, "trigger.timeAfterCreate") ?? textAt(rotates, "trigger.timeBeforeExpiry"),
  );
  if (months === undefined) return [];
  return [
    {
      what: "Key Vault, key that renews itself",
      size: `every ${counted(months, "months")}`,
      price: "vaultRotation",
      units: 1 / months,
    },
  ];
}

/** Of a duration of years, months or days (ISO 8601). */
function monthsOf(duration: string | undefined): number | undefined {
  const [, count, unit] = /^P(\d+)([YMD])$/u.exec(duration ?? "") ?? [];
  if (count === undefined || Number(count) === 0) return undefined;
  return unit === "Y"
    ? Number(count) * 12
    : unit === "M"
      ? Number(count)
      : Math.max(1, Math.round(Number(count) / 30));
}

export function storage(inputs: Properties, usage: MonthlyUsage): readonly Charge[] {
  const sku = textAt(inputs, "sku.name") ?? "";
  const price = sku.endsWith("ZRS") ? "blobGigabyteZrs" : "blobGigabyteLrs";
  const { packageGigabytes, storageOperations } = usage;
  return [
    {
      what: price === "blobGigabyteZrs" ? "Storage in three zones" : "Storage",
      size: counted(packageGigabytes, "GB"),
      price,
      units: packageGigabytes,
    },
    {
      what: "Storage, packages and queues",
      size: counted(storageOperations, "operations"),
      price: "storageTenThousand",
      units: storageOperations / 10_000,
    },
  ];
}
