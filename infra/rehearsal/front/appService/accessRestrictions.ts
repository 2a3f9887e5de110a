/**
 * Who may call a site: its access restrictions, evaluated in the order of their priority
 * (https://learn.microsoft.com/azure/app-service/overview-access-restrictions).
 */
import type { IncomingHttpHeaders } from "node:http";
import { isSeenAsSubnet } from "../../planes/access/network.ts";
import { isWithin } from "../../azure/resourceTypes/addresses.ts";
import { groupAt, isGroup, listAt, saidAt, textAt, textsAt } from "../../azure/controlPlane/json.ts";
import type { Properties } from "../../azure/controlPlane/json.ts";
import type { Cloud, CloudResource } from "../../azure/controlPlane/model.ts";
import type { Caller } from "../hosts/caller.ts";

export function isLetIn(
  cloud: Cloud,
  site: CloudResource,
  caller: Caller,
  headers: IncomingHttpHeaders,
): boolean {
  if (textAt(site.properties, "publicNetworkAccess") === "Disabled") return false;
  const config = groupAt(site.properties, "siteConfig");
  const rules = listAt(config, "ipSecurityRestrictions")
    .filter(isGroup)
    .toSorted((one, other) => priorityOf(one) - priorityOf(other));
  const first = rules.find(
    (rule) =>
      isFrom(cloud, rule, caller) &&
      Object.keys(groupAt(rule, "headers")).every((name) => has(rule, name, headers)),
  );
  if (first !== undefined) return textAt(first, "action") !== "Deny";
  const otherwise = textAt(config, "ipSecurityRestrictionsDefaultAction");
  return otherwise === undefined ? rules.length === 0 : otherwise === "Allow";
}

const priorityOf = (rule: Properties): number => Number(rule["priority"] ?? 65_000);

function isFrom(cloud: Cloud, rule: Properties, caller: Caller): boolean {
  const subnet = textAt(rule, "vnetSubnetResourceId");
  if (subnet !== undefined) return isSeenAsSubnet(cloud, caller, "Microsoft.Web", [subnet]);
  const address = saidAt(rule, "ipAddress");
  if (textAt(rule, "tag") === "ServiceTag")
    return "service" in caller && address.split(",").includes(caller.service);
  if (address === "Any") return true;
  return "address" in caller && address.split(",").some((range) => isWithin(caller.address, range));
}

const has = (rule: Properties, name: string, headers: IncomingHttpHeaders): boolean =>
  textsAt(rule, "headers." + name).includes(String(headers[name.toLowerCase()]));
