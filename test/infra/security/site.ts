/** Who comes to the site by which door, and as whom it acts. */
import { hasEdge, hasEvents, hasStaging } from "../../../infra/stack/choices.ts";
import {
  exactly,
  feeders,
  idOf,
  listAt,
  must,
  ofKinds,
  OWN,
  words,
  type SecurityTest,
} from "./securityTest.ts";

const SITES = ["web:WebApp", "web:WebAppSlot"];

export const siteTests: readonly SecurityTest[] = [
  exactly(
    "a site takes whom the stack file lists, in this order, and nobody else",
    SITES,
    (deployment) =>
      ofKinds(deployment, ...SITES).flatMap((site) =>
        listAt(site, "siteConfig.ipSecurityRestrictions").map(
          ({ priority, action, ipAddress, tag, headers, vnetSubnetResourceId }) =>
            words(
              site.type.split(":").at(-1),
              priority,
              action,
              ipAddress ?? "",
              tag ?? "",
              headers ?? "",
              typeof vnetSubnetResourceId === "string"
                ? vnetSubnetResourceId.replace(OWN + "resourceGroups/rg/providers/", "")
                : "",
            ),
        ),
      ),
    ({ stack }) => {
      const sites = ["WebApp", ...(hasStaging(stack) ? ["WebAppSlot"] : [])];
      const edge = { "x-azure-fdid": ["7d0c5a1e-0000-4000-8000-00000000fd01"] };
      const people: readonly (readonly unknown[])[] = hasEdge(stack)
        ? [[100, "Allow", "AzureFrontDoor.Backend", "ServiceTag", edge, ""]]
        : [
            ...(stack.network.allow ?? []).map((range, index) => [100 + index, "Allow", range, "", "", ""]),
            ...["AzureEventGrid", "ApplicationInsightsAvailability"]
              .filter((service) => service !== "AzureEventGrid" || hasEvents(stack))
              .map((service, index) => [200 + index, "Allow", service, "ServiceTag", "", ""]),
          ];
      const deployers = [
        ...(stack.deployFrom ?? []).map((range, index) => [300 + index, "Allow", range, "", "", ""]),
        [400, "Allow", "", "", "", "network/Subnet/runners"],
      ];
      return sites.flatMap((site) => [...people, ...deployers].map((rule) => words(site, ...rule)));
    },
  ),
  must("a site acts as the connector's identity and as nobody else", SITES, (site, deployment) => ({
    "identity.type": "UserAssigned",
    "identity.userAssignedIdentities.length": 1,
    "identity.userAssignedIdentities.0": (id) =>
      idOf("managedidentity:UserAssignedIdentity").test(String(id)) &&
      feeders(site, "identity", "managedidentity:UserAssignedIdentity", deployment).length === 1,
    keyVaultReferenceIdentity: (id) =>
      idOf("managedidentity:UserAssignedIdentity").test(String(id)) &&
      feeders(site, "keyVaultReferenceIdentity", "managedidentity:UserAssignedIdentity", deployment)
        .length === 1,
  })),
  must("a site stands in the app's subnet, on the deployment's own plan", SITES, (site, deployment) => ({
    virtualNetworkSubnetId: (id) =>
      String(id).endsWith("/network/Subnet/app") &&
      feeders(site, "virtualNetworkSubnetId", "network:Subnet", deployment)
        .map(({ name }) => name)
        .join() === "app",
    serverFarmId: (id) =>
      idOf("web:AppServicePlan").test(String(id)) &&
      feeders(site, "serverFarmId", "web:AppServicePlan", deployment).length === 1,
    publicNetworkAccess: "Enabled",
  })),
  must("a site has no door beside its own: no consoles, no containers, no sockets", SITES, () => ({
    sshEnabled: false,
    endToEndEncryptionEnabled: true,
    "siteConfig.webSocketsEnabled": false,
    "siteConfig.scmIpSecurityRestrictionsUseMain": false,
    "siteConfig.scmIpSecurityRestrictions": undefined,
    hyperV: false,
    isXenon: false,
    kind: "app,linux",
    reserved: true,
  })),
  must("whether a site is well is asked where it says nothing of anybody", SITES, () => ({
    "siteConfig.healthCheckPath": "/healthz",
  })),
  must(
    "passwords are off at the very slot",
    [
      "web:WebAppFtpAllowedSlot",
      "web:WebAppScmAllowedSlot",
      "web:WebAppSlot",
      "web:WebAppApplicationSettingsSlot",
    ],
    () => ({
      slot: "staging",
    }),
  ),
];
