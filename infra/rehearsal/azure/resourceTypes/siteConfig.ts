/** What belongs to a site: its settings, sticky names, basic-authentication switches, host names, certificates. */
import { type Properties, saidAt } from "../controlPlane/json.ts";
import type { Cloud, CloudResource, Draft, Kind } from "../controlPlane/model.ts";
import { badRequest } from "../controlPlane/refusal.ts";
import { azure } from "./require.ts";

const SITE = "{group}/providers/Microsoft.Web/sites/{name}";
const SLOT = SITE + "/slots/{slot}";

/** The same configuration for a site and for a slot; it always exists, and once only. */
const onBoth = (type: string, folder: string, rest: Omit<Kind, "token" | "id">): readonly Kind[] =>
  [
    ["", SITE],
    ["Slot", SLOT],
  ].map(([slot = "", above = ""]) => ({
    singleton: true,
    ...rest,
    token: azure(type + slot),
    id: `${above}/${folder}`,
  }));

export const SITE_CONFIG: readonly Kind[] = [
  ...onBoth("web:WebAppApplicationSettings", "config/appsettings", {
    type: "Microsoft.Web/sites/config",
    silent: () => ({ properties: {} }),
    // A request replaces the whole set, so a setting that it does not name is removed.
    decided: ({ inputs }) => ({ properties: inputs["properties"] ?? {} }),
    refuse: refuseSettingNames,
  }),
  ...onBoth("web:WebAppFtpAllowed", "basicPublishingCredentialsPolicies/ftp", {}),
  ...onBoth("web:WebAppScmAllowed", "basicPublishingCredentialsPolicies/scm", {}),
  {
    token: azure("web:WebAppSlotConfigurationNames"),
    id: SITE + "/config/slotConfigNames",
    type: "Microsoft.Web/sites",
    singleton: true,
    silent: () => ({ appSettingNames: [], azureStorageConfigNames: [], connectionStringNames: [] }),
    decided: ({ inputs }) => ({ name: saidAt(inputs, "name") }),
  },
];

function refuseSettingNames(draft: Draft): void {
  const settings = (draft.inputs["properties"] ?? {}) as Properties;
  for (const name of Object.keys(settings))
    if (!/^[A-Za-z0-9_.:-]+$/u.test(name))
      throw badRequest(
        `AppSetting with name(s) '${name}' is not allowed: letters, numbers (0-9), periods ("."), and underscores ("_") only.`,
      );
}

/** The settings that a site runs with; none for a slot to which nothing was deployed. */
export function settingsOf(site: CloudResource, cloud: Cloud): Readonly<Record<string, string>> {
  const held = cloud.find(site.id + "/config/appsettings")?.properties["properties"] ?? {};
  return held as Readonly<Record<string, string>>;
}
