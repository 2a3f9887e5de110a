/** Two deployments of Lamna Healthcare that every rule is content with, in the words the program would use. */
import { drop, edited, put, type Edit, type Scene } from "./scene.ts";
import { data } from "./soundData.ts";
import { rest } from "./soundRest.ts";
import { running } from "./soundSite.ts";

export const production: Scene = [...data, ...running, ...rest];

const retagged: Edit = (scene) => {
  for (const { props } of scene)
    if (typeof props["tags"] === "object") props["tags"] = { ...props["tags"], environment: "test" };
};

/** A test deployment: no edge, no slot, one small instance, open to listed addresses. */
export const trial: Scene = edited(
  production,
  retagged,
  ...["slot", "slotSettings", "slotFtp", "slotScm", "log-slot", "budget", "lock", "autoscale"].map(drop),
  ...[
    "firewall",
    "profile",
    "edgeEndpoint",
    "originGroup",
    "origin",
    "publicHost",
    "route",
    "edgePolicy",
    "log-profile",
  ].map(drop),
  put("plan", "sku", { name: "B1", capacity: 1 }),
  put("plan", "zoneRedundant", false),
  put("site", "sshEnabled", true),
  put("site", "endToEndEncryptionEnabled", false),
  put("site", "siteConfig.ipSecurityRestrictions", [
    { name: "hospital", action: "Allow", ipAddress: "203.0.113.0/24" },
    { name: "events", action: "Allow", tag: "ServiceTag", ipAddress: "AzureEventGrid" },
  ]),
  put("siteSettings", "properties.CONNECTOR_ENVIRONMENT", "test"),
  put("account", "publicNetworkAccess", "Enabled"),
  put("account", "isVirtualNetworkFilterEnabled", true),
  put("account", "virtualNetworkRules", [{ id: "/subscriptions/x/subnets/app" }]),
  put("account", "locations", [{ locationName: "eastus2", failoverPriority: 0 }]),
  put("account", "enableFreeTier", true),
  put("vault", "properties.publicNetworkAccess", "Enabled"),
  put("vault", "properties.softDeleteRetentionInDays", 7),
  put("storage", "sku.name", "Standard_LRS"),
  put("storage", "publicNetworkAccess", "Enabled"),
  ...["account", "vault", "storage", "workspace"].map((name): Edit => (scene) => {
    for (const sketch of scene) if (sketch.name === name) sketch.protect = false;
  }),
);
