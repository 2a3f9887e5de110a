/**
 * What network security groups allow between a subnet and a host
 * (https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview).
 */
import { isWithin } from "../../azure/resourceTypes/addresses.ts";
import { isGroup, listAt, type Properties, saidAt, textAt, textsAt } from "../../azure/controlPlane/json.ts";
import type { Cloud, CloudResource } from "../../azure/controlPlane/model.ts";
import type { Caller } from "../../front/hosts/caller.ts";
import { privateEndpointFor } from "./network.ts";

const HTTPS = 443;

/** The security group that drops a caller's https request to a host; undefined when no group does. */
export function stoppedBy(cloud: Cloud, caller: Caller, host: string): CloudResource | undefined {
  const from = "subnetId" in caller ? cloud.find(caller.subnetId) : undefined;
  if (from === undefined) return undefined;
  const endpoint = privateEndpointFor(cloud, caller, host);
  const to = cloud.find(saidAt(endpoint?.properties, "subnet.id"));
  const way = { from: rangeOf(from), to: to === undefined ? "Internet" : rangeOf(to) };
  const outwards = groupOf(cloud, from);
  if (outwards !== undefined && !passes(outwards, "Outbound", way)) return outwards;
  // Traffic to a private endpoint is subject to its subnet's rules only where the subnet's setting says so.
  const asked = textAt(to?.properties, "privateEndpointNetworkPolicies") ?? "Disabled";
  const inwards =
    to !== undefined && ["Enabled", "NetworkSecurityGroupEnabled"].includes(asked)
      ? groupOf(cloud, to)
      : undefined;
  return inwards !== undefined && !passes(inwards, "Inbound", way) ? inwards : undefined;
}

const rangeOf = ({ properties }: CloudResource): string =>
  textAt(properties, "addressPrefix") ?? textsAt(properties, "addressPrefixes")[0] ?? "";

const groupOf = (cloud: Cloud, subnet: CloudResource): CloudResource | undefined =>
  cloud.find(saidAt(subnet.properties, "networkSecurityGroup.id"));

interface Way {
  readonly from: string;
  readonly to: string;
}

/**
 * Whether a group lets the traffic pass. Traffic that no rule is about passes: in both directions inside the network, and
 * outbound to the internet.
 */
function passes({ properties }: CloudResource, direction: "Inbound" | "Outbound", way: Way): boolean {
  const first = listAt(properties, "securityRules")
    .filter(isGroup)
    .filter((rule) => textAt(rule, "direction") === direction)
    .toSorted((one, other) => Number(one["priority"]) - Number(other["priority"]))
    .find((rule) => isAbout(rule, way));
  return textAt(first, "access") !== "Deny";
}

const isAbout = (rule: Properties, { from, to }: Way): boolean =>
  ["Tcp", "*"].includes(textAt(rule, "protocol") ?? "*") &&
  said(rule, "destinationPortRange").some(isHttps) &&
  said(rule, "sourceAddressPrefix").some((prefix) => covers(prefix, from)) &&
  said(rule, "destinationAddressPrefix").some((prefix) => covers(prefix, to));

const said = (rule: Properties, name: string): readonly string[] => [
  ...textsAt(rule, name + (name.endsWith("x") ? "es" : "s")),
  ...[textAt(rule, name) ?? []].flat(),
];

function isHttps(ports: string): boolean {
  const [first = "", last = first] = ports.split("-");
  return ports === "*" || (Number(first) <= HTTPS && HTTPS <= Number(last));
}

/** @param range an address range, or `Internet` */
function covers(prefix: string, range: string): boolean {
  if (["*", "0.0.0.0/0", range].includes(prefix)) return true;
  if (range === "Internet") return false;
  return prefix === "VirtualNetwork" || (/^[\d.]+(\/\d+)?$/u.test(prefix) && isWithin(range, prefix));
}
