/** Virtual networks, subnets, what guards them and what stands in them. */
import { isSameId, parentOf } from "../cloud/ids.ts";
import { groupAt, isGroup, listAt, type Properties, textAt, textsAt } from "../cloud/json.ts";
import type { Cloud, CloudResource, Draft, Kind } from "../cloud/model.ts";
import { badRequest, Refusal } from "../cloud/refusal.ts";
import { isWithin, overlap } from "./addresses.ts";
import { refuseUnknownRegion, regionOf } from "./regions.ts";
import { all, azure, required } from "./require.ts";

const NETWORK = "{group}/providers/Microsoft.Network/virtualNetworks/{virtualNetworkName}";

const stamped = ({ before }: Draft, cloud: Cloud): Properties => ({
  etag: `W/"${cloud.uuid()}"`,
  provisioningState: "Succeeded",
  resourceGuid: textAt(before?.properties, "resourceGuid") ?? cloud.uuid(),
});

export const NETWORK_KINDS: readonly Kind[] = [
  {
    token: azure("network:VirtualNetwork"),
    id: NETWORK,
    shared: ["subnets", "virtualNetworkPeerings"],
    silent: () => ({
      enableDdosProtection: false,
      privateEndpointVNetPolicies: "Disabled",
      subnets: [],
      virtualNetworkPeerings: [],
    }),
    decided: stamped,
    answered: (network, cloud) => ({ subnets: subnetsOf(network, cloud).map((one) => within(one, cloud)) }),
    refuse: all(refuseUnknownRegion, refuseSpace),
    afterWrite: writeInlineSubnets,
    refuseDelete: (network, cloud) =>
      subnetsOf(network, cloud).forEach((subnet) => refuseUsed(subnet, cloud)),
  },
  {
    token: azure("network:Subnet"),
    id: NETWORK + "/subnets/{subnetName}",
    silent: () => ({
      delegations: [],
      privateEndpointNetworkPolicies: "Disabled",
      privateLinkServiceNetworkPolicies: "Enabled",
      serviceEndpoints: [],
    }),
    decided: (draft, cloud) => ({
      etag: `W/"${cloud.uuid()}"`,
      provisioningState: "Succeeded",
      delegations: listAt(draft.inputs, "delegations")
        .filter(isGroup)
        .map((one) => ({
          actions: ["Microsoft.Network/virtualNetworks/subnets/action"],
          provisioningState: "Succeeded",
          type: "Microsoft.Network/virtualNetworks/subnets/delegations",
          ...one,
        })),
    }),
    refuse: refuseSubnet,
    refuseDelete: refuseUsed,
  },
  {
    token: azure("network:NetworkSecurityGroup"),
    id: "{group}/providers/Microsoft.Network/networkSecurityGroups/{networkSecurityGroupName}",
    silent: () => ({ securityRules: [] }),
    decided: (draft, cloud) => ({ ...stamped(draft, cloud), defaultSecurityRules: [] }),
    refuse: all(refuseUnknownRegion, refuseSameRules),
    refuseDelete: (guard, cloud) => {
      const user = cloud
        .all(azure("network:Subnet"))
        .find((subnet) => isSameId(textAt(subnet.properties, "networkSecurityGroup.id") ?? "", guard.id));
      if (user !== undefined) throw inUse("NetworkSecurityGroup", guard, user.id);
    },
  },
  {
    token: azure("network:PrivateEndpoint"),
    id: "{group}/providers/Microsoft.Network/privateEndpoints/{privateEndpointName}",
    replacedBy: ["subnet", "subnet.id"],
    silent: () => ({ customDnsConfigs: [], ipConfigurations: [], manualPrivateLinkServiceConnections: [] }),
    decided: (draft, cloud) => ({
      ...stamped(draft, cloud),
      networkInterfaces: [
        { id: `${parentOf(draft.id)}/providers/Microsoft.Network/networkInterfaces/${draft.name}.nic` },
      ],
      privateLinkServiceConnections: listAt(draft.inputs, "privateLinkServiceConnections")
        .filter(isGroup)
        .map((one) => ({
          ...one,
          provisioningState: "Succeeded",
          privateLinkServiceConnectionState: { status: "Approved", description: "", actionsRequired: "None" },
        })),
    }),
    refuse: all(refuseUnknownRegion, refuseEndpoint),
  },
  {
    token: azure("network:PrivateDnsZoneGroup"),
    id: "{group}/providers/Microsoft.Network/privateEndpoints/{privateEndpointName}/privateDnsZoneGroups/{privateDnsZoneGroupName}",
    decided: (_draft, cloud) => ({ etag: `W/"${cloud.uuid()}"`, provisioningState: "Succeeded" }),
    refuse: ({ inputs }, cloud) => {
      for (const one of listAt(inputs, "privateDnsZoneConfigs"))
        required(cloud, textAt(one, "privateDnsZoneId"), ["privatedns:PrivateZone"]);
    },
  },
  {
    token: azure("network:NatGateway"),
    id: "{group}/providers/Microsoft.Network/natGateways/{natGatewayName}",
    decided: stamped,
    refuse: all(refuseUnknownRegion, ({ inputs }, cloud) => {
      for (const one of listAt(inputs, "publicIpAddresses"))
        required(cloud, textAt(one, "id"), ["network:PublicIPAddress"]);
    }),
  },
  {
    token: azure("network:PublicIPAddress"),
    id: "{group}/providers/Microsoft.Network/publicIPAddresses/{publicIpAddressName}",
    silent: () => ({
      publicIPAllocationMethod: "Dynamic",
      publicIPAddressVersion: "IPv4",
      idleTimeoutInMinutes: 4,
    }),
    decided: (draft, cloud) => ({ ...stamped(draft, cloud), ipAddress: "192.0.2.20" }),
    refuse: refuseUnknownRegion,
  },
];

const subnetsOf = (network: CloudResource, cloud: Cloud): readonly CloudResource[] =>
  cloud.below(network.id).filter(({ token }) => token === azure("network:Subnet"));

const within = (subnet: CloudResource, cloud: Cloud): Properties => ({
  id: subnet.id,
  ...cloud.answer(subnet),
});

const prefixesOf = (properties: Properties): readonly string[] => [
  ...textsAt(properties, "addressPrefixes"),
  ...(textAt(properties, "addressPrefix") === undefined ? [] : [textAt(properties, "addressPrefix") ?? ""]),
];

function writeInlineSubnets(network: CloudResource, cloud: Cloud): void {
  for (const subnet of listAt(network.properties, "subnets").filter(isGroup)) {
    const name = textAt(subnet, "name") ?? "";
    const id = `${network.id}/subnets/${name}`;
    const properties = { delegations: [], serviceEndpoints: [], provisioningState: "Succeeded", ...subnet };
    cloud.put({ id, token: azure("network:Subnet"), name, properties });
  }
}

function refuseSpace({ inputs }: Draft): void {
  if (textsAt(inputs, "addressSpace.addressPrefixes").length === 0)
    throw badRequest("The virtual network needs an address space.", "InvalidRequestFormat");
}

function refuseSubnet(draft: Draft, cloud: Cloud): void {
  const { inputs, id, name } = draft;
  const network = cloud.find(parentOf(id));
  if (network === undefined) return;
  const space = textsAt(network.properties, "addressSpace.addressPrefixes");
  const own = prefixesOf(inputs);
  if (own.length === 0) throw badRequest(`Subnet '${name}' has no address prefix.`, "InvalidRequestFormat");
  for (const prefix of own)
    if (!space.some((whole) => isWithin(prefix, whole)))
      throw badRequest(
        `Subnet '${name}' is not valid because its IP address range is outside the IP address range of virtual network '${network.name}'.`,
        "NetcfgSubnetRangeOutsideVnet",
      );
  for (const other of subnetsOf(network, cloud))
    if (
      !isSameId(other.id, id) &&
      own.some((one) => prefixesOf(other.properties).some((two) => overlap(one, two)))
    )
      throw badRequest(
        `Subnet '${name}' is not valid because its IP address range overlaps with that of an existing subnet in virtual network '${network.name}'.`,
        "NetcfgSubnetRangesOverlap",
      );
  const guard = required(cloud, textAt(inputs, "networkSecurityGroup.id"), ["network:NetworkSecurityGroup"]);
  if (
    guard !== undefined &&
    regionOf(textAt(guard.properties, "location") ?? "") !==
      regionOf(textAt(network.properties, "location") ?? "")
  )
    throw badRequest(
      `Resource ${guard.id} is in another region than ${network.id}.`,
      "InvalidResourceReference",
    );
  required(cloud, textAt(inputs, "natGateway.id"), ["network:NatGateway"]);
  refuseUndelegated(draft, cloud);
}

/** A delegation that a site uses cannot be taken away. */
function refuseUndelegated({ id, inputs, before }: Draft, cloud: Cloud): void {
  const had = listAt(before?.properties, "delegations").length > 0;
  if (had && listAt(inputs, "delegations").length === 0 && usersOf(id, cloud).length > 0)
    throw badRequest(
      `Delegation of subnet ${id} cannot be removed because it is in use.`,
      "SubnetDelegationsCannotChange",
    );
}

/** Sites, endpoints and firewalls that stand in a subnet or name it. */
function usersOf(subnet: string, cloud: Cloud): readonly string[] {
  const sites = ["web:WebApp", "web:WebAppSlot"]
    .flatMap((type) => cloud.all(azure(type)))
    .filter((site) => isSameId(textAt(site.properties, "virtualNetworkSubnetId") ?? "", subnet))
    .map(({ id }) => `${subnet}/serviceAssociationLinks/AppServiceLink for ${id}`);
  const endpoints = cloud
    .all(azure("network:PrivateEndpoint"))
    .filter((one) => isSameId(textAt(groupAt(one.properties, "subnet"), "id") ?? "", subnet))
    .map(({ id }) => id);
  return [...sites, ...endpoints];
}

function refuseUsed(subnet: CloudResource, cloud: Cloud): void {
  const [user] = usersOf(subnet.id, cloud);
  if (user !== undefined) throw inUse("Subnet", subnet, user);
}

const inUse = (type: string, resource: CloudResource, user: string): Refusal =>
  new Refusal(
    400,
    `InUse${type}CannotBeDeleted`,
    `${type} ${resource.name} is in use by ${user} and cannot be deleted. In order to delete the ${type.toLowerCase()}, delete all the resources within it.`,
  );

function refuseSameRules({ inputs }: Draft): void {
  const taken = new Set<string>();
  for (const rule of listAt(inputs, "securityRules").filter(isGroup)) {
    const place = `${textAt(rule, "direction") ?? ""} ${JSON.stringify(rule["priority"])}`;
    if (taken.has(place))
      throw badRequest(
        `Security rule ${textAt(rule, "name") ?? ""} conflicts with another: rules cannot have the same Priority and Direction.`,
        "SecurityRuleConflict",
      );
    taken.add(place);
  }
}

function refuseEndpoint({ inputs, name }: Draft, cloud: Cloud): void {
  const subnet = required(cloud, textAt(inputs, "subnet.id"), ["network:Subnet"]);
  if (subnet === undefined) throw badRequest(`Private endpoint '${name}' needs a subnet.`, "MissingSubnet");
  if (listAt(subnet.properties, "delegations").length > 0)
    throw badRequest(
      `Private endpoint cannot be created in subnet ${subnet.id} since it is delegated.`,
      "PrivateEndpointCannotBeCreatedInSubnetThatHasDelegation",
    );
  const network = cloud.find(parentOf(subnet.id));
  if (regionOf(textAt(network?.properties, "location") ?? "") !== regionOf(textAt(inputs, "location") ?? ""))
    throw badRequest(
      `Resource ${subnet.id} is in another region than the private endpoint '${name}'.`,
      "InvalidResourceReference",
    );
  for (const one of listAt(inputs, "privateLinkServiceConnections")) {
    const target = required(cloud, textAt(one, "privateLinkServiceId"));
    const offered = GROUPS[target?.token ?? ""] ?? [];
    for (const group of textsAt(one, "groupIds"))
      if (!offered.some((known) => known.toLowerCase() === group.toLowerCase()))
        throw badRequest(
          `Call to ${target?.id ?? ""} failed. Private link group '${group}' is not one of ${offered.join(", ")}.`,
          "PrivateLinkServiceGroupIdNotFound",
        );
  }
}

/** What of a resource a private endpoint can lead to. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  [azure("cosmosdb:DatabaseAccount")]: ["Sql"],
  [azure("keyvault:Vault")]: ["vault"],
  [azure("storage:StorageAccount")]: ["blob", "queue", "table", "file", "web", "dfs"],
  [azure("web:WebApp")]: ["sites", "sites-staging"],
};
