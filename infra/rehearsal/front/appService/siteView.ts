/** The present properties of a site or slot in the cloud, in the platform's terms. */
import { azure } from "../../azure/resourceTypes/require.ts";
import { settingsOf } from "../../azure/resourceTypes/siteConfig.ts";
import { isSameId } from "../../azure/controlPlane/ids.ts";
import { at, groupAt, saidAt, textAt } from "../../azure/controlPlane/json.ts";
import type { Cloud, CloudResource } from "../../azure/controlPlane/model.ts";
import type { Caller } from "../hosts/caller.ts";
import type { ManagedIdentity } from "../../../../app/sandbox/microsoft/options.ts";
import { StartRefused } from "./command.ts";

export const SITE_TYPES = [azure("web:WebApp"), azure("web:WebAppSlot")];
export const SETTINGS_TYPES = [
  azure("web:WebAppApplicationSettings"),
  azure("web:WebAppApplicationSettingsSlot"),
];

export const siteNameOf = (id: string): string => /\/sites\/([^/]+)/iu.exec(id)?.[1] ?? "";

export const slotNameOf = (id: string): string => /\/slots\/([^/]+)/iu.exec(id)?.[1] ?? "Production";

/** The site or slot that a configuration belongs to. */
export const ownerOf = (id: string): string => id.replace(/\/config\/[^/]+$/iu, "");

/** The site or slot with this default host name; the program binds no other to a site. */
export const siteAt = (cloud: Cloud, host: string): CloudResource | undefined =>
  SITE_TYPES.flatMap((type) => cloud.all(type)).find(
    ({ properties }) => textAt(properties, "defaultHostName")?.toLowerCase() === host,
  );

/** The settings of the site or slot with this default host name; none when there is no such site. */
export function settingsAt(cloud: Cloud, host: string): Readonly<Record<string, string>> {
  const site = siteAt(cloud, host);
  return site === undefined ? {} : settingsOf(site, cloud);
}

export const isStopped = ({ properties }: CloudResource): boolean =>
  properties["enabled"] === false || textAt(properties, "state") === "Stopped";

/** @throws StartRefused for any runtime but the version of Node that packages are made for */
export function refuseOtherRuntime({ properties }: CloudResource): void {
  const runtime = saidAt(properties, "siteConfig.linuxFxVersion");
  if (!/^NODE\|24(-lts)?$/iu.test(runtime))
    throw new StartRefused(`The site's runtime is '${runtime}'; the package needs NODE|24-lts.`);
}

/** Where the site's outbound requests come from. */
export function callerOf({ properties }: CloudResource): Caller {
  const subnetId = textAt(properties, "virtualNetworkSubnetId");
  const routed =
    at(properties, "outboundVnetRouting.allTraffic") === true ||
    at(properties, "outboundVnetRouting.applicationTraffic") === true ||
    at(properties, "siteConfig.vnetRouteAllEnabled") === true;
  if (subnetId !== undefined && routed) return { subnetId };
  return { address: textAt(properties, "outboundIpAddresses")?.split(",")[0] ?? "192.0.2.10" };
}

/** The site's identities, by the resource ids by which they were assigned. */
function assigned({ properties }: CloudResource): readonly (readonly [string, ManagedIdentity])[] {
  return Object.entries(groupAt(properties, "identity.userAssignedIdentities")).map(([id, identity]) => [
    id,
    { clientId: saidAt(identity, "clientId"), principalId: saidAt(identity, "principalId") },
  ]);
}

/** The identity with this client id, if it is the site's: its processes may ask for tokens of it. */
export const identityByClient = (site: CloudResource, clientId: string): ManagedIdentity | undefined =>
  assigned(site).find(([, identity]) => identity.clientId === clientId)?.[1];

/**
 * The identity by which the platform reads the site's package.
 * @param named a resource id, or `SystemAssigned`
 * @throws StartRefused when it is not the site's
 */
export function identityByName(site: CloudResource, named: string | undefined): ManagedIdentity {
  const principalId = textAt(site.properties, "identity.principalId");
  if ((named === undefined || named.toLowerCase() === "systemassigned") && principalId !== undefined)
    return { clientId: principalId, principalId };
  const found = assigned(site).find(([id]) => isSameId(id, named ?? ""))?.[1];
  if (found !== undefined) return found;
  throw new StartRefused(
    `The identity ${named ?? "SystemAssigned"} that reads the package is not assigned to the site.`,
  );
}
