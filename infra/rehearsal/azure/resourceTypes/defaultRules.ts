/** The six default rules of every network security group. */
import type { Properties } from "../controlPlane/json.ts";

const RULES = [
  ["AllowVnetInBound", "Inbound", "Allow", 65_000, "VirtualNetwork", "VirtualNetwork"],
  ["AllowAzureLoadBalancerInBound", "Inbound", "Allow", 65_001, "AzureLoadBalancer", "*"],
  ["DenyAllInBound", "Inbound", "Deny", 65_500, "*", "*"],
  ["AllowVnetOutBound", "Outbound", "Allow", 65_000, "VirtualNetwork", "VirtualNetwork"],
  ["AllowInternetOutBound", "Outbound", "Allow", 65_001, "*", "Internet"],
  ["DenyAllOutBound", "Outbound", "Deny", 65_500, "*", "*"],
] as const;

export const defaultRules = (group: string, etag: string): readonly Properties[] =>
  RULES.map(([name, direction, access, priority, from, to]) => ({
    id: `${group}/defaultSecurityRules/${name}`,
    name,
    etag,
    type: "Microsoft.Network/networkSecurityGroups/defaultSecurityRules",
    provisioningState: "Succeeded",
    description: `${access} ${direction.toLowerCase()} from ${from} to ${to}`,
    protocol: "*",
    sourcePortRange: "*",
    destinationPortRange: "*",
    sourceAddressPrefix: from,
    destinationAddressPrefix: to,
    access,
    priority,
    direction,
    sourcePortRanges: [],
    destinationPortRanges: [],
    sourceAddressPrefixes: [],
    destinationAddressPrefixes: [],
  }));
