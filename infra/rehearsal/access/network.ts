/** How a request reaches a store: by its private address, from a subnet that it can tell, or from anywhere else. */
import { isWithin } from "../azure/addresses.ts";
import { azure } from "../azure/require.ts";
import { isSameId, parentOf } from "../cloud/ids.ts";
import { isGroup, listAt, textAt, textsAt, type Json } from "../cloud/json.ts";
import type { Cloud, CloudResource } from "../cloud/model.ts";
import type { Caller } from "../front/caller.ts";

/** Zones that hold the private names, by what a private endpoint leads to (https://learn.microsoft.com/azure/private-link/private-endpoint-dns). */
const ZONES = {
  Sql: "privatelink.documents.azure.com",
  vault: "privatelink.vaultcore.azure.net",
  blob: "privatelink.blob.core.windows.net",
  queue: "privatelink.queue.core.windows.net",
} as const;
export type PrivateGroup = keyof typeof ZONES;

/**
 * Whether a name means its private address where the caller stands: an approved private endpoint, whose group of zones
 * registered the name in a zone that is linked to the caller's network.
 */
export function isPrivatelyReached(
  cloud: Cloud,
  caller: Caller,
  target: CloudResource,
  group: PrivateGroup,
): boolean {
  if (!("subnetId" in caller)) return false;
  const network = parentOf(caller.subnetId);
  return cloud
    .all(azure("network:PrivateEndpoint"))
    .filter((endpoint) => leadsTo(endpoint, target, group))
    .flatMap((endpoint) => zonesOf(cloud, endpoint))
    .some((zone) => nameOf(zone) === ZONES[group] && isLinked(cloud, zone, network));
}

function leadsTo(endpoint: CloudResource, target: CloudResource, group: PrivateGroup): boolean {
  return listAt(endpoint.properties, "privateLinkServiceConnections").some(
    (one) =>
      isSameId(textAt(one, "privateLinkServiceId") ?? "", target.id) &&
      textsAt(one, "groupIds").some((name) => name.toLowerCase() === group.toLowerCase()) &&
      (textAt(one, "privateLinkServiceConnectionState.status") ?? "Approved") === "Approved",
  );
}

/** Ids of the zones in which an endpoint's names are. */
function zonesOf(cloud: Cloud, endpoint: CloudResource): readonly string[] {
  return cloud
    .below(endpoint.id)
    .filter(({ token }) => token === azure("network:PrivateDnsZoneGroup"))
    .flatMap((group) => listAt(group.properties, "privateDnsZoneConfigs"))
    .map((config) => textAt(config, "privateDnsZoneId") ?? "")
    .filter((zone) => cloud.find(zone) !== undefined);
}

const nameOf = (id: string): string => id.slice(id.lastIndexOf("/") + 1).toLowerCase();

function isLinked(cloud: Cloud, zone: string, network: string): boolean {
  return cloud
    .below(zone)
    .some(
      ({ token, properties }) =>
        token === azure("privatedns:VirtualNetworkLink") &&
        isSameId(textAt(properties, "virtualNetwork.id") ?? "", network),
    );
}

/** Without a service endpoint a subnet's requests come from some public address: a store cannot tell that they are its. */
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

export function isFromAddress(caller: Caller, allowed: readonly string[]): boolean {
  return "address" in caller && allowed.some((range) => isWithin(caller.address, range));
}

/** The texts at a path of each of a list's items. */
export const eachAt = (properties: Json | undefined, list: string, path: string): readonly string[] =>
  listAt(properties, list).flatMap((one) => textAt(one, path) ?? []);
