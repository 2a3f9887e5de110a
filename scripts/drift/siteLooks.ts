/**
 * Finds changes to the settings with which a site and its slot run. Azure lists them by POST only, and a refresh of a site
 * does not ask for them (https://github.com/pulumi/pulumi-azure-native/issues/4263).
 */
import * as z from "zod";
import type { Ask } from "../preflight/finding.ts";
import { argument, shown, type Difference, type Kept } from "./difference.ts";
import { added, type Look } from "./look.ts";

const VERSION = "?api-version=2024-04-01";
export const SETTINGS: readonly string[] = [
  "azure-native:web:WebAppApplicationSettings",
  "azure-native:web:WebAppApplicationSettingsSlot",
];
const SITES = ["azure-native:web:WebApp", "azure-native:web:WebAppSlot"];

const settingsSchema = z.object({ properties: z.record(z.string(), z.string()) });
const connectionStringsSchema = z.object({ properties: z.record(z.string(), z.unknown()) });
const recordedSchema = z.looseObject({ properties: z.record(z.string(), z.unknown()) });

export const SITE_LOOKS: readonly Look[] = [
  {
    about: "settings of the site and its slot",
    async differences(state, { listing }) {
      const found = await Promise.all(
        state
          .filter(({ type }) => SETTINGS.includes(type))
          .map(async (kept) => differencesOf(kept, await listedSettings(kept, listing))),
      );
      return found.flat();
    },
  },
  {
    about: "connection strings of the site and its slot",
    async differences(state, { listing }) {
      const found = await Promise.all(
        state
          .filter(({ type }) => SITES.includes(type))
          .map(async (kept) => {
            const path = `${kept.id}/config/connectionstrings/list${VERSION}`;
            const { properties } = connectionStringsSchema.parse(await listing(path));
            return added(
              kept,
              Object.keys(properties).map((name) => "the connection string " + name),
              "whoever may write the site: delete it there, under its environment variables; the connector has none",
            );
          }),
      );
      return found.flat();
    },
  },
];

/** The settings that Azure has now. */
export const listedSettings = async (kept: Kept, listing: Ask): Promise<Readonly<Record<string, string>>> =>
  settingsSchema.parse(await listing(kept.id + "/list" + VERSION)).properties;

/** Compares names and values, and tells names only. A value that the state keeps encrypted is not compared. */
function differencesOf(kept: Kept, now: Readonly<Record<string, string>>): Difference[] {
  const recorded = recordedSchema.safeParse(kept.inputs).data?.properties ?? {};
  const site = kept.id.replace(/\/config\/appsettings$/iu, "");
  const names = {
    added: Object.keys(now).filter((name) => !(name in recorded)),
    gone: Object.keys(recorded).filter((name) => !(name in now)),
    changed: Object.entries(recorded).flatMap(([name, value]) =>
      typeof value === "string" && name in now && now[name] !== value ? [name] : [],
    ),
  };
  return (["added", "gone", "changed"] as const).flatMap((what) =>
    names[what].length === 0
      ? []
      : [
          {
            resource: shown(kept.urn, kept.type),
            what,
            names: names[what].map((name) => "properties." + name),
            next:
              what === "added"
                ? `whoever may write the site: az webapp config appsettings delete --ids ${argument(site)} --setting-names ${names.added.map(argument).join(" ")}`
                : "whoever runs pulumi up: pulumi up --refresh --policy-pack infra/policy puts it back; where that finds nothing to do, whoever may write the site sets it to what the stack says",
          },
        ],
  );
}
