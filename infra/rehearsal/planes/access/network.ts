/**
 * How a caller reaches a store: by its private address, from a subnet that the store recognizes, or from anywhere else.
 */
import { azure } from "../../azure/resourceTypes/require.ts";
import { isSameId, lastSegment, parentOf } from "../../azure/controlPlane/ids.ts";
import { at, isGroup, listAt, saidAt, textAt, textsAt, type Json } from "../../azure/controlPlane/json.ts";
import type { Cloud, CloudResource } from "../../azure/controlPlane/model.ts";
import type { Caller } from "../../front/hosts/caller.ts";

/**
 * Zones that hold the private names, by the private endpoint's group
 * (https://learn.microsoft.com/azure/private-link/private-endpoint-dns).
 */
const ZONES = {
  Sql: "privatelink.documents.azure.com",
  vault: "privatelink.vaultcore.azure.net",
  blob: "privatelink.blob.core.windows.net",
  queue: "privatelink.queue.core.windows.net",
} as const;
export type PrivateGroup = keyof typeof ZONES;

/**
 * Public host names of the services, by the private endpoint's group. A Cosmos account also has a name for each region,
 * which has the same ending.
 */
const PUBLIC: Readonly<Record<PrivateGroup, RegExp>> = {
  Sql: /^([a-z0-9-]+)\.documents\.azure\.com$/u,
  vault: /^([a-z0-9-]+)\.vault\.azure\.net$/u,
  blob: /^([a-z0-9]+)\.blob\.core\.windows\.net$/u,
  queue: /^([a-z0-9]+)\.queue\.core\.windows\.net$/u,
};

/** The private endpoint to which a host name resolves for this caller. */
export const privateEndpointFor = (cloud: Cloud, caller: Caller, host: string): CloudResource | undefined =>
  storesAt(cloud, host)
    .filter(({ target, group }) => isPrivatelyReached(cloud, caller, target, group))
    .flatMap(({ target, group }) => endpointsOf(cloud, target, group))[0];

/** What is missing, in words, for a store without public access to be reached by its name from a subnet. */
export const missingWayTo = (cloud: Cloud, subnetId: string, host: string): string | undefined =>
  storesAt(cloud, host)
    .filter(({ target: { properties } }) =>
      [properties["publicNetworkAccess"], at(properties, "properties.publicNetworkAccess")].includes(
        "Disabled",
      ),
    )
    .flatMap(({ target, group }) => missingWay(cloud, subnetId, target, group) ?? [])[0];

/** The store with this host name; a name for one region begins with the store's own name. */
const storesAt = (cloud: Cloud, host: string) =>
  (Object.keys(PUBLIC) as PrivateGroup[]).flatMap((group) => {
    const account = PUBLIC[group].exec(host)?.[1];
    const isIt = (name: string) => account === name || account?.startsWith(name + "-") === true;
    return account === undefined
      ? []
      : STORES.flatMap((type) => cloud.all(azure(type)))
          .filter(({ name }) => isIt(name.toLowerCase()))
          .map((target) => ({ target, group }));
  });

const STORES = ["cosmosdb:DatabaseAccount", "keyvault:Vault", "storage:StorageAccount"];

const endpointsOf = (cloud: Cloud, target: CloudResource, group: PrivateGroup): readonly CloudResource[] =>
  cloud.all(azure("network:PrivateEndpoint")).filter((endpoint) => leadsTo(endpoint, target, group));

/** Whether a store's name resolves to its private address for this caller. */
export const isPrivatelyReached = (
  cloud: Cloud,
  caller: Caller,
  target: CloudResource,
  group: PrivateGroup,
): boolean => "subnetId" in caller && missingWay(cloud, caller.subnetId, target, group) === undefined;

/**
 * What is missing, in words, for a name to resolve to its private address in a subnet: an approved private endpoint whose
 * zone group has registered the name in a zone that is linked to the subnet's network.
 */
export function missingWay(
  cloud: Cloud,
  subnetId: string,
  target: CloudResource,
  group: PrivateGroup,
): string | undefined {
  const network = parentOf(subnetId);
  const to = `${target.name} (${group})`;
  const endpoints = endpointsOf(cloud, target, group);
  if (endpoints.length === 0) return `no private endpoint leads to ${to}`;
  const registered = endpoints.flatMap((endpoint) => zonesOf(cloud, endpoint));
  if (registered.length === 0) return `no DNS zone group registers the private endpoint of ${to}`;
  const zones = registered.filter(
    (zone) => lastSegment(zone).toLowerCase() === ZONES[group] && cloud.find(zone) !== undefined,
  );
  if (zones.length === 0) return `the private DNS zone ${ZONES[group]} is not there`;
  return zones.some((zone) => isLinked(cloud, zone, network))
    ? undefined
    : `the private DNS zone ${ZONES[group]} is not linked to the network`;
}

function leadsTo(endpoint: CloudResource, target: CloudResource, group: PrivateGroup): boolean {
  return listAt(endpoint.properties, "privateLinkServiceConnections").some(
    (one) =>
      isSameId(saidAt(one, "privateLinkServiceId"), target.id) &&
      textsAt(one, "groupIds").some((name) => name.toLowerCase() === group.toLowerCase()) &&
      (textAt(one, "privateLinkServiceConnectionState.status") ?? "Approved") === "Approved",
  );
}

/** Ids of the zones in which an endpoint's names are registered. */
function zonesOf(cloud: Cloud, endpoint: CloudResource): readonly string[] {
  return cloud
    .below(endpoint.id)
    .filter(({ token }) => token === azure("network:PrivateDnsZoneGroup"))
    .flatMap((group) => listAt(group.properties, "privateDnsZoneConfigs"))
    .map((config) => saidAt(config, "privateDnsZoneId"));
}

function isLinked(cloud: Cloud, zone: string, network: string): boolean {
  return cloud
    .below(zone)
    .some(
      ({ token, properties }) =>
        token === azure("privatedns:VirtualNetworkLink") &&
        isSameId(saidAt(properties, "virtualNetwork.id"), network),
    );
}

/**
 * Whether a store recognizes that a request comes from an allowed subnet. Without a service endpoint, the subnet's requests
 * come from some public address.
 */
export function isSeenAsSubnet(
  cloud: Cloud,
  caller: Caller,
  service: string,
  allowed: readonly string[],
): boolean {
  if (!("subnetId" in caller)) return false;
  const { subnetId } = caller;
  const hasEndpoint = listAt(cloud.find(subnetId)?.properties, "serviceEndpoints")
    .filter(isGroup)
    .some((one) => textAt(one, "service") === service);
  return hasEndpoint && allowed.some((id) => isSameId(id, subnetId));
}

/** The texts at a path in each item of a list. */
export const eachAt = (properties: Json | undefined, list: string, path: string): readonly string[] =>
  listAt(properties, list).flatMap((one) => textAt(one, path) ?? []);
