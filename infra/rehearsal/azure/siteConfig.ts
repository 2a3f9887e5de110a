/** What hangs on a site: its settings, sticky names, basic sign-in switches, host names, certificates. */
import { isSame, listAt, type Properties, textAt, textsAt } from "../cloud/json.ts";
import type { Cloud, CloudResource, Draft, Kind } from "../cloud/model.ts";
import { badRequest, conflict } from "../cloud/refusal.ts";
import { parentOf } from "../cloud/ids.ts";
import { displayedLocation } from "./regions.ts";
import { azure, requiredAt } from "./require.ts";

const SITE = "{group}/providers/Microsoft.Web/sites/{name}";
const SLOT = SITE + "/slots/{slot}";

/** One configuration of a site and the same one of a slot: always there, never made twice. */
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
    // The whole set is put, so what is not named is gone.
    decided: ({ inputs }) => ({ properties: inputs["properties"] ?? {} }),
    refuse: refuseSettingNames,
  }),
  ...onBoth("web:WebAppAuthSettingsV2", "config/authsettingsV2", { type: "Microsoft.Web/sites/config" }),
  ...onBoth("web:WebAppDiagnosticLogsConfiguration", "config/logs", { type: "Microsoft.Web/sites/config" }),
  ...onBoth("web:WebAppFtpAllowed", "basicPublishingCredentialsPolicies/ftp", {}),
  ...onBoth("web:WebAppScmAllowed", "basicPublishingCredentialsPolicies/scm", {}),
  {
    token: azure("web:WebAppSlotConfigurationNames"),
    id: SITE + "/config/slotConfigNames",
    type: "Microsoft.Web/sites",
    singleton: true,
    silent: () => ({ appSettingNames: [], azureStorageConfigNames: [], connectionStringNames: [] }),
    decided: ({ inputs }) => ({ name: textAt(inputs, "name") ?? "" }),
  },
  ...onBoth("web:WebAppHostNameBinding", "hostNameBindings/{hostName}", {
    singleton: false,
    silent: () => ({ hostNameType: "Verified", sslState: "Disabled" }),
    decided: ({ inputs, name }) => ({
      siteName: textAt(inputs, "name") ?? "",
      name: `${textAt(inputs, "name") ?? ""}/${name}`,
    }),
    refuse: refuseBoundHost,
  }),
  {
    token: azure("web:Certificate"),
    id: "{group}/providers/Microsoft.Web/certificates/{name}",
    refuse: (draft, cloud) => {
      requiredAt(draft, "serverFarmId", cloud, "web:AppServicePlan");
      requiredAt(draft, "keyVaultId", cloud, "keyvault:Vault");
    },
    decided: (draft, cloud) => ({
      ...displayedLocation(draft),
      hostNames: [textAt(draft.inputs, "canonicalName") ?? textsAt(draft.inputs, "hostNames")[0] ?? ""],
      thumbprint: textAt(draft.before?.properties, "thumbprint") ?? cloud.hex(40).toUpperCase(),
      expirationDate: new Date(cloud.now().getTime() + 180 * 86_400_000).toISOString(),
      valid: true,
    }),
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

/** A name serves one site of the tenant. */
function refuseBoundHost(draft: Draft, cloud: Cloud): void {
  const twin = ["web:WebAppHostNameBinding", "web:WebAppHostNameBindingSlot"]
    .flatMap((type) => cloud.all(azure(type)))
    .find((one) => one.name.toLowerCase() === draft.name.toLowerCase() && !isSame(one.id, draft.id));
  if (twin !== undefined)
    throw conflict(`Hostname '${draft.name}' already exists. It is assigned to '${parentOf(twin.id)}'.`);
}

/** The settings a site runs with; a slot that nobody filled has none. */
export function settingsOf(site: CloudResource, cloud: Cloud): Readonly<Record<string, string>> {
  const held = cloud.find(site.id + "/config/appsettings")?.properties["properties"] ?? {};
  return held as Readonly<Record<string, string>>;
}

/** Names of the settings that stay with their slot in a swap. */
export const stickyOf = (site: CloudResource, cloud: Cloud): readonly string[] =>
  listAt(cloud.find(site.id + "/config/slotConfigNames")?.properties, "appSettingNames").filter(
    (name) => typeof name === "string",
  );
