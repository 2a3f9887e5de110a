/** The environment of a site's process: what App Service adds, and the site's settings; nothing from this machine. */
import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { saidAt } from "../../azure/controlPlane/json.ts";
import type { CloudResource } from "../../azure/controlPlane/model.ts";
import type { Environment } from "../hosts/preload.ts";
import { siteNameOf, slotNameOf } from "./siteView.ts";

/** The port that the site's process is told to listen on; the preload moves it to a free port of this machine. */
export const PORT = 8080;

export interface EnvironmentOptions {
  readonly site: CloudResource;
  readonly settings: Readonly<Record<string, string>>;
  readonly home: string;
  readonly identity: { readonly endpoint: string; readonly header: string } | undefined;
  readonly preload: Environment;
}

/** The variables that App Service sets. https://learn.microsoft.com/azure/app-service/reference-app-settings */
export function environmentOf(options: EnvironmentOptions): Readonly<Record<string, string>> {
  const { site, settings, identity } = options;
  const owner = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\//iu.exec(site.id);
  const prefixed = Object.entries(settings).map(([name, value]) => ["APPSETTING_" + name, value]);
  return {
    PATH: [dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(":"),
    LANG: "C.UTF-8",
    HOME: options.home,
    PORT: String(PORT),
    WEBSITE_SITE_NAME: siteNameOf(site.id),
    WEBSITE_SLOT_NAME: slotNameOf(site.id),
    WEBSITE_HOSTNAME: saidAt(site.properties, "defaultHostName"),
    WEBSITE_INSTANCE_ID: createHash("sha256").update(options.home).digest("hex"),
    WEBSITE_ROLE_INSTANCE_ID: "0",
    WEBSITE_RESOURCE_GROUP: owner?.[2] ?? "",
    WEBSITE_OWNER_NAME: (owner?.[1] ?? "") + "+" + (owner?.[2] ?? "") + "-webspace",
    REGION_NAME: saidAt(site.properties, "location"),
    ...(Object.fromEntries(prefixed) as Record<string, string>),
    ...settings,
    ...(identity && { IDENTITY_ENDPOINT: identity.endpoint, IDENTITY_HEADER: identity.header }),
    ...options.preload,
  };
}
