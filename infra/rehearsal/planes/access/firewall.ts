/** Whether a store's firewall lets a caller in, and whether by the private way or by its rules. */
import { eachAt, isPrivatelyReached, isSeenAsSubnet, type PrivateGroup } from "./network.ts";
import { textAt } from "../../azure/controlPlane/json.ts";
import { isWithin } from "../../azure/resourceTypes/addresses.ts";
import type { Cloud, CloudResource } from "../../azure/controlPlane/model.ts";
import type { Caller } from "../../front/hosts/caller.ts";

export type Entry = "let-in" | "closed-to-public" | "refused-by-rules";

export function entryToStorage(
  cloud: Cloud,
  account: CloudResource,
  caller: Caller,
  group: "blob" | "queue",
): Entry {
  const rules = account.properties["networkRuleSet"];
  return entry(cloud, account, caller, {
    group,
    service: "Microsoft.Storage",
    isClosed: textAt(account.properties, "publicNetworkAccess") === "Disabled",
    isOpen: (textAt(rules, "defaultAction") ?? "Allow") === "Allow",
    addresses: eachAt(rules, "ipRules", "iPAddressOrRange"),
    subnets: eachAt(rules, "virtualNetworkRules", "virtualNetworkResourceId"),
  });
}

export function entryToVault(cloud: Cloud, vault: CloudResource, caller: Caller): Entry {
  const properties = vault.properties["properties"];
  const isClosed = textAt(properties, "publicNetworkAccess")?.toLowerCase() === "disabled";
  return entry(cloud, vault, caller, {
    group: "vault",
    service: "Microsoft.KeyVault",
    isClosed,
    isOpen: (textAt(properties, "networkAcls.defaultAction") ?? "Allow") === "Allow",
    addresses: eachAt(properties, "networkAcls.ipRules", "value"),
    subnets: eachAt(properties, "networkAcls.virtualNetworkRules", "id"),
  });
}

/** Anybody comes in where neither addresses nor subnets are listed. */
export function entryToCosmos(cloud: Cloud, account: CloudResource, caller: Caller): Entry {
  const { properties } = account;
  const addresses = eachAt(properties, "ipRules", "ipAddressOrRange");
  return entry(cloud, account, caller, {
    group: "Sql",
    service: "Microsoft.AzureCosmosDB",
    isClosed: textAt(properties, "publicNetworkAccess") !== "Enabled",
    isOpen: properties["isVirtualNetworkFilterEnabled"] !== true && addresses.length === 0,
    addresses,
    subnets: eachAt(properties, "virtualNetworkRules", "id"),
  });
}

interface Firewall {
  readonly group: PrivateGroup;
  /** The service's name in a subnet's service endpoints. */
  readonly service: string;
  readonly isClosed: boolean;
  readonly isOpen: boolean;
  readonly addresses: readonly string[];
  readonly subnets: readonly string[];
}

function entry(cloud: Cloud, target: CloudResource, caller: Caller, firewall: Firewall): Entry {
  if (isPrivatelyReached(cloud, caller, target, firewall.group)) return "let-in";
  if (firewall.isClosed) return "closed-to-public";
  const listed =
    ("address" in caller && firewall.addresses.some((range) => isWithin(caller.address, range))) ||
    isSeenAsSubnet(cloud, caller, firewall.service, firewall.subnets);
  return firewall.isOpen || listed ? "let-in" : "refused-by-rules";
}
