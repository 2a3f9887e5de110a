/** Rules about the deployment's own network. */
import { isEverybody } from "../addresses.ts";
import { all, atLeast, is, isAbsent } from "../checks.ts";
import { CONTROLS } from "../controls.ts";
import { at, items, said, UNKNOWN } from "../reading.ts";
import { rule, stackRule, type Check, type Finding, type Related, type Stack } from "../rule.ts";

const SUBNET = "azure-native:network:Subnet";
const SECURITY_GROUP = "azure-native:network:NetworkSecurityGroup";
const ENDPOINT = "azure-native:network:PrivateEndpoint";
const ZONE_GROUP = "azure-native:network:PrivateDnsZoneGroup";
const ZONE = "azure-native:privatedns:PrivateZone";
const ZONE_LINK = "azure-native:privatedns:VirtualNetworkLink";
const EVERYTHING = [
  "protocol",
  "sourceAddressPrefix",
  "sourcePortRange",
  "destinationAddressPrefix",
  "destinationPortRange",
];
/** Subnets on which Azure refuses a security group. */
const GATEWAYS = ["GatewaySubnet", "AzureFirewallSubnet", "RouteServerSubnet"];

/** Types that need private endpoints once they have no public address, and for which of their services. */
const PRIVATE: ReadonlyMap<string, readonly string[]> = new Map([
  ["azure-native:cosmosdb:DatabaseAccount", ["Sql"]],
  ["azure-native:keyvault:Vault", ["vault"]],
  ["azure-native:storage:StorageAccount", ["blob", "queue"]],
]);

export const networkRules = [
  stackRule(
    "EHR-NET-01",
    {
      says: "Every subnet has a security group, and what has no public address has a private endpoint with its name in DNS",
      severity: "high",
      control: CONTROLS.network,
      remedy:
        "Set networkSecurityGroup on the subnet; make a PrivateEndpoint for each service of the resource (groupIds), with a PrivateDnsZoneGroup, and link the zone to the network.",
    },
    (stack) => [
      ...bareSubnets(stack),
      ...unreachable(stack),
      ...homeless(stack),
      ...withoutName(stack),
      ...unlinkedZones(stack),
    ],
  ),
  rule(
    "EHR-NET-02",
    {
      says: "No security rule lets the internet in",
      severity: "critical",
      control: CONTROLS.network,
      remedy:
        "Name the source of every inbound rule that allows: a subnet, an address, or a service tag other than Internet.",
    },
    [SECURITY_GROUP, "azure-native:network:SecurityRule"],
    (resource) =>
      resource.type === SECURITY_GROUP
        ? inboundOf(items(resource.props, "securityRules"))
        : inboundOf([resource.props]),
  ),
  rule(
    "EHR-NET-05",
    {
      says: "A subnet refuses, in and out, whatever is not listed, and lists HTTPS only",
      severity: "high",
      control: CONTROLS.network,
      remedy:
        "End a security group's rules with one for each direction that denies everything; allow Tcp to port 443 from named addresses only.",
    },
    [SECURITY_GROUP],
    listed,
  ),
  rule(
    "EHR-NET-06",
    {
      says: "A subnet's rules hold for private endpoints, too",
      severity: "medium",
      control: CONTROLS.network,
      remedy:
        'Set privateEndpointNetworkPolicies: "Enabled"; otherwise a private endpoint takes whom it likes.',
    },
    [SUBNET],
    is("privateEndpointNetworkPolicies", "Enabled"),
  ),
  rule(
    "EHR-NET-03",
    {
      says: "A private endpoint connects to a resource of this deployment at once",
      severity: "medium",
      control: CONTROLS.network,
      remedy:
        "Use privateLinkServiceConnections with groupIds and a subnet; leave manual connections out, which wait for somebody's approval.",
    },
    [ENDPOINT],
    all(
      atLeast("privateLinkServiceConnections.length", 1),
      isAbsent("manualPrivateLinkServiceConnections"),
      groups,
    ),
  ),
  rule(
    "EHR-NET-04",
    {
      says: "Subnets are resources of their own, so that each is judged",
      severity: "low",
      control: CONTROLS.network,
      remedy: "Leave subnets out of the virtual network and make Subnet resources.",
    },
    ["azure-native:network:VirtualNetwork"],
    all(isAbsent("subnets"), isAbsent("virtualNetworkPeerings")),
  ),
];

function listed({ props }: Parameters<Check>[0]): readonly string[] {
  const rules = items(props, "securityRules");
  if (rules === UNKNOWN) return ["securityRules " + said(UNKNOWN)];
  const refused = rules.filter(
    (one) => at(one, "access") === "Deny" && EVERYTHING.every((path) => at(one, path) === "*"),
  );
  const silent = ["Inbound", "Outbound"]
    .filter((direction) => !refused.some((one) => at(one, "direction") === direction))
    .map((direction) => "securityRules does not end in refusing everything else " + direction);
  const wide = rules
    .filter((one) => at(one, "access") !== "Deny")
    .filter(
      (one) =>
        at(one, "access") !== "Allow" ||
        !["Inbound", "Outbound"].includes(String(at(one, "direction"))) ||
        at(one, "protocol") !== "Tcp" ||
        at(one, "destinationPortRange") !== "443" ||
        isEverybody(String(at(one, "sourceAddressPrefix"))),
    )
    .map(
      (one) =>
        "the rule " + nameOf(at(one, "name")) + " allows more than Tcp to port 443 from a named address",
    );
  return [...silent, ...wide];
}

function groups({ props }: Parameters<Check>[0]): readonly string[] {
  const connections = items(props, "privateLinkServiceConnections");
  return connections !== UNKNOWN && connections.every((one) => at(one, "groupIds.0") !== undefined)
    ? []
    : ["privateLinkServiceConnections has no groupIds"];
}

function inboundOf(rules: ReturnType<typeof items>): readonly string[] {
  if (rules === UNKNOWN) return ["securityRules " + said(UNKNOWN)];
  return rules.flatMap((one) => {
    if (at(one, "direction") === "Outbound" || at(one, "access") === "Deny") return [];
    const many = items(one, "sourceAddressPrefixes");
    const single = at(one, "sourceAddressPrefix");
    const sources = [...(many === UNKNOWN ? [UNKNOWN] : many), ...(single === undefined ? [] : [single])];
    const listed =
      sources.length > 0 && sources.every((source) => typeof source === "string" && !isEverybody(source));
    const byGroup = items(one, "sourceApplicationSecurityGroups");
    return listed || (sources.length === 0 && byGroup !== UNKNOWN && byGroup.length > 0)
      ? []
      : ["the inbound rule " + nameOf(at(one, "name")) + " takes everybody"];
  });
}

const nameOf = (name: unknown): string => (typeof name === "string" ? name : "without a name");

const bareSubnets = (stack: Stack): readonly Finding[] =>
  stack
    .of(SUBNET)
    .filter(({ props }) =>
      ["name", "subnetName"].every((path) => !GATEWAYS.includes(String(at(props, path)))),
    )
    .filter((subnet) => !subnet.fedBy("networkSecurityGroup").some(({ type }) => type === SECURITY_GROUP))
    .map((about) => ({ about, says: "has no network security group of this stack" }));

const unreachable = (stack: Stack): readonly Finding[] =>
  [...PRIVATE].flatMap(([type, services]) =>
    stack
      .of(type)
      .filter(isPrivate)
      .flatMap((about) => {
        const reached = stack
          .of(ENDPOINT)
          .filter((endpoint) => endpoint.fedBy("privateLinkServiceConnections").includes(about))
          .flatMap(servicesOf);
        return services
          .filter((service) => !reached.includes(service.toLowerCase()))
          .map((service) => ({ about, says: "has no private endpoint for " + service }));
      }),
  );

const isPrivate = ({ props }: Related): boolean =>
  [at(props, "publicNetworkAccess"), at(props, "properties.publicNetworkAccess")].includes("Disabled");

function servicesOf({ props }: Related): readonly string[] {
  const connections = items(props, "privateLinkServiceConnections");
  if (connections === UNKNOWN) return [];
  return connections.flatMap((one) => {
    const ids = items(one, "groupIds");
    return ids === UNKNOWN ? [] : ids.map((id) => String(id).toLowerCase());
  });
}

const homeless = (stack: Stack): readonly Finding[] =>
  stack
    .of(ENDPOINT)
    .filter((endpoint) => !endpoint.fedBy("subnet").some(({ type }) => type === SUBNET))
    .map((about) => ({ about, says: "stands in no subnet of this stack" }));

const withoutName = (stack: Stack): readonly Finding[] =>
  stack
    .of(ENDPOINT)
    .filter((endpoint) => !stack.of(ZONE_GROUP).some((group) => group.needs().includes(endpoint)))
    .map((about) => ({
      about,
      says: "has no private DNS zone group, so its name leads to the public address",
    }));

const unlinkedZones = (stack: Stack): readonly Finding[] =>
  stack
    .of(ZONE)
    .filter((zone) => !stack.of(ZONE_LINK).some((link) => link.needs().includes(zone)))
    .map((about) => ({ about, says: "is linked to no network, so nobody asks it" }));
