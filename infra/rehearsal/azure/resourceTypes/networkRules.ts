/** What networks refuse: ranges that overlap, addresses that are taken, and changes to what is in use. */
import { isSameId, parentOf } from "../controlPlane/ids.ts";
import { groupAt, isGroup, listAt, type Properties, saidAt, textAt, textsAt } from "../controlPlane/json.ts";
import type { Cloud, CloudResource, Draft } from "../controlPlane/model.ts";
import { badRequest, Refusal } from "../controlPlane/refusal.ts";
import { isWithin, overlap } from "./addresses.ts";
import { isElsewhere } from "./regions.ts";
import { azure, required } from "./require.ts";

export const subnetsOf = (network: CloudResource, cloud: Cloud): readonly CloudResource[] =>
  cloud.below(network.id).filter(({ token }) => token === azure("network:Subnet"));

const prefixesOf = (properties: Properties): readonly string[] => [
  ...textsAt(properties, "addressPrefixes"),
  ...[textAt(properties, "addressPrefix") ?? []].flat(),
];

export function refuseSpace({ inputs }: Draft): void {
  if (textsAt(inputs, "addressSpace.addressPrefixes").length === 0)
    throw badRequest("The virtual network needs an address space.", "InvalidRequestFormat");
}

export function refuseSubnet(draft: Draft, cloud: Cloud): void {
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
  if (guard !== undefined && isElsewhere(guard.properties, network.properties))
    throw badRequest(
      `Resource ${guard.id} is in another region than ${network.id}.`,
      "InvalidResourceReference",
    );
  refuseUndelegated(draft, cloud);
}

/** A subnet's delegation cannot be removed while a site uses it. */
function refuseUndelegated({ id, inputs, before }: Draft, cloud: Cloud): void {
  const had = listAt(before?.properties, "delegations").length > 0;
  if (had && listAt(inputs, "delegations").length === 0 && usersOf(id, cloud).length > 0)
    throw badRequest(
      `Delegation of subnet ${id} cannot be removed because it is in use.`,
      "SubnetDelegationsCannotChange",
    );
}

/** Sites, private endpoints and firewalls that are in a subnet or refer to it. */
function usersOf(subnet: string, cloud: Cloud): readonly string[] {
  const sites = ["web:WebApp", "web:WebAppSlot"]
    .flatMap((type) => cloud.all(azure(type)))
    .filter((site) => isSameId(saidAt(site.properties, "virtualNetworkSubnetId"), subnet))
    .map(({ id }) => `${subnet}/serviceAssociationLinks/AppServiceLink for ${id}`);
  const endpoints = cloud
    .all(azure("network:PrivateEndpoint"))
    .filter((one) => isSameId(saidAt(groupAt(one.properties, "subnet"), "id"), subnet))
    .map(({ id }) => id);
  return [...sites, ...endpoints];
}

export function refuseUsed(subnet: CloudResource, cloud: Cloud): void {
  const [user] = usersOf(subnet.id, cloud);
  if (user !== undefined) throw inUse("Subnet", subnet, user);
}

export const inUse = (type: string, resource: CloudResource, user: string): Refusal =>
  new Refusal(
    400,
    `InUse${type}CannotBeDeleted`,
    `${type} ${resource.name} is in use by ${user} and cannot be deleted. In order to delete the ${type.toLowerCase()}, delete all the resources within it.`,
  );

export function refuseSameRules({ inputs }: Draft): void {
  const taken = new Set<string>();
  for (const rule of listAt(inputs, "securityRules").filter(isGroup)) {
    const slot = `${saidAt(rule, "direction")} ${JSON.stringify(rule["priority"])}`;
    if (taken.has(slot))
      throw badRequest(
        `Security rule ${saidAt(rule, "name")} conflicts with another: rules cannot have the same Priority and Direction.`,
        "SecurityRuleConflict",
      );
    taken.add(slot);
  }
}

export function refuseEndpoint({ inputs, name }: Draft, cloud: Cloud): void {
  const subnet = required(cloud, textAt(inputs, "subnet.id"), ["network:Subnet"]);
  if (subnet === undefined) throw badRequest(`Private endpoint '${name}' needs a subnet.`, "MissingSubnet");
  if (listAt(subnet.properties, "delegations").length > 0)
    throw badRequest(
      `Private endpoint cannot be created in subnet ${subnet.id} since it is delegated.`,
      "PrivateEndpointCannotBeCreatedInSubnetThatHasDelegation",
    );
  const network = cloud.find(parentOf(subnet.id));
  if (isElsewhere(network?.properties, inputs))
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

/** The groups (parts of a resource) that a private endpoint can lead to, by type. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  [azure("cosmosdb:DatabaseAccount")]: ["Sql"],
  [azure("keyvault:Vault")]: ["vault"],
  [azure("storage:StorageAccount")]: ["blob", "queue", "table", "file", "web", "dfs"],
  [azure("web:WebApp")]: ["sites", "sites-staging"],
};
