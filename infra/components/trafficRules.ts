/**
 * What traffic each subnet admits and sends. Everything else is refused, so that Azure's default rule, which allows all
 * traffic inside the network, never applies.
 */
import type { SubnetRanges } from "./addresses.ts";

export interface TrafficRule {
  readonly name: string;
  readonly description: string;
  readonly priority: number;
  readonly direction: "Inbound" | "Outbound";
  readonly access: "Allow" | "Deny";
  readonly protocol: "Tcp" | "*";
  readonly sourceAddressPrefix: string;
  readonly sourcePortRange: "*";
  readonly destinationAddressPrefix: string;
  readonly destinationPortRange: string;
}

const HTTPS = "443";

export function trafficRules(ranges: SubnetRanges): Readonly<Record<keyof SubnetRanges, TrafficRule[]>> {
  return {
    app: asks(ranges.app, ranges.endpoints),
    endpoints: [
      allow("app", 100, "Inbound", ranges.app, ranges.endpoints, "the connector asks its stores"),
      allow("runners", 110, "Inbound", ranges.runners, ranges.endpoints, "pulumi up asks the stores"),
      ...refusals(),
    ],
    runners: asks(ranges.runners, ranges.endpoints),
  };
}

/**
 * The outbound rules of a subnet that calls the stores inside and vendors outside (chart systems, Microsoft), who have no
 * fixed addresses.
 */
const asks = (from: string, stores: string): TrafficRule[] => [
  allow("stores", 100, "Outbound", from, stores, "its stores, by their private addresses"),
  allow("vendors", 110, "Outbound", from, "Internet", "chart systems and Microsoft's services"),
  ...refusals(),
];

const allow = (
  name: string,
  priority: number,
  direction: TrafficRule["direction"],
  from: string,
  to: string,
  description: string,
): TrafficRule => ({
  name,
  description,
  priority,
  direction,
  access: "Allow",
  protocol: "Tcp",
  sourceAddressPrefix: from,
  sourcePortRange: "*",
  destinationAddressPrefix: to,
  destinationPortRange: HTTPS,
});

const refusals = (): TrafficRule[] =>
  (["Inbound", "Outbound"] as const).map((direction) => ({
    name: "nothing-else-" + direction.toLowerCase(),
    description: "everything else is refused",
    priority: 4096,
    direction,
    access: "Deny",
    protocol: "*",
    sourceAddressPrefix: "*",
    sourcePortRange: "*",
    destinationAddressPrefix: "*",
    destinationPortRange: "*",
  }));
