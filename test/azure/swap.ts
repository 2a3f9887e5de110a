/**
 * The swap of a site with one of its slots, which is an operation and not a resource
 * (learn.microsoft.com/azure/app-service/deploy-staging-slots).
 */
import {
  groupAt,
  type Json,
  type Properties,
  textsAt,
  withAt,
} from "../../infra/rehearsal/azure/controlPlane/json.ts";
import type { Cloud, CloudResource } from "../../infra/rehearsal/azure/controlPlane/model.ts";
import { settingsOf } from "../../infra/rehearsal/azure/resourceTypes/siteConfig.ts";

/**
 * The parts of a site's configuration that are swapped with its code; networks, identities, names and restrictions are not.
 */
const SWAPPED = ["appCommandLine", "linuxFxVersion", "webSocketsEnabled"];

export async function swap(site: CloudResource, slot: CloudResource, cloud: Cloud): Promise<void> {
  const sticky = stickyOf(site, cloud);
  const [here, there] = [settingsOf(site, cloud), settingsOf(slot, cloud)];
  await cloud.change(site.id, withConfigOf(slot));
  await cloud.change(slot.id, withConfigOf(site));
  await set(site, exchanged(here, there, sticky), cloud);
  await set(slot, exchanged(there, here, sticky), cloud);
}

/** Takes over the swapped parts of the other's `siteConfig`. */
function withConfigOf(other: CloudResource): (properties: Properties) => Properties {
  const theirs = groupAt(other.properties, "siteConfig");
  return (properties) =>
    SWAPPED.reduce<Properties>(
      (result, name) => withAt(result, "siteConfig." + name, theirs[name] ?? null),
      properties,
    );
}

/** The other's settings, but with one's own values for the sticky ones. */
function exchanged(own: Properties, other: Properties, sticky: readonly string[]): Properties {
  const kept = (settings: Properties, isSticky: boolean): [string, Json][] =>
    Object.entries(settings).filter(([name]) => sticky.includes(name) === isSticky);
  return Object.fromEntries([...kept(other, false), ...kept(own, true)]);
}

async function set(site: CloudResource, settings: Properties, cloud: Cloud): Promise<void> {
  const id = site.id + "/config/appsettings";
  if (cloud.find(id) === undefined)
    cloud.put({
      id,
      token: "azure-native:web:WebAppApplicationSettings" + (site.token.endsWith("Slot") ? "Slot" : ""),
      name: "appsettings",
      properties: { properties: {} },
    });
  await cloud.change(id, () => ({ properties: settings }));
}

/** Names of the settings that stay with their slot in a swap. */
export const stickyOf = (site: CloudResource, cloud: Cloud): readonly string[] =>
  textsAt(cloud.find(site.id + "/config/slotConfigNames")?.properties, "appSettingNames");
