/** The part of a sound deployment that runs. */
import { from, type Sketch } from "./scene.ts";
import { inGroup, region } from "./soundData.ts";

export const DIGEST = "4b1e".repeat(16);
export const IDENTITY_ID = inGroup("Microsoft.ManagedIdentity/userAssignedIdentities/id-lamna-production");
export const SUBNET_ID = inGroup("Microsoft.Network/virtualNetworks/vnet-lamna-production/subnets/app");

const site = (deployers: readonly string[], edge: boolean) => ({
  ...region("phi-transient"),
  serverFarmId: from("plan", inGroup("Microsoft.Web/serverfarms/plan-lamna-production")),
  kind: "app,linux",
  httpsOnly: true,
  sshEnabled: false,
  clientAffinityEnabled: false,
  endToEndEncryptionEnabled: true,
  virtualNetworkSubnetId: from("appSubnet", SUBNET_ID),
  outboundVnetRouting: { allTraffic: true },
  identity: { type: "UserAssigned", userAssignedIdentities: [from("identity", IDENTITY_ID)] },
  siteConfig: {
    linuxFxVersion: "NODE|24-lts",
    appCommandLine: "node --enable-source-maps connector.js",
    healthCheckPath: "/healthz",
    alwaysOn: true,
    http20Enabled: true,
    minTlsVersion: "1.2",
    scmMinTlsVersion: "1.2",
    ftpsState: "Disabled",
    remoteDebuggingEnabled: false,
    ipSecurityRestrictionsDefaultAction: "Deny",
    ipSecurityRestrictions: [
      ...(edge
        ? [
            {
              name: "edge",
              action: "Allow",
              tag: "ServiceTag",
              ipAddress: "AzureFrontDoor.Backend",
              headers: { "x-azure-fdid": [from("profile", "7d0c5a1e-0000-4000-8000-0000000fd1d0")] },
            },
          ]
        : []),
      ...deployers.map((ipAddress) => ({ name: "deployer", action: "Allow", ipAddress })),
    ],
    scmIpSecurityRestrictionsDefaultAction: "Deny",
  },
});

const settings = (digest: string) => ({
  CONNECTOR_TENANT: "lamna",
  CONNECTOR_ENVIRONMENT: "production",
  CONNECTOR_PUBLIC_URL: "https://visits.lamnahealthcare.example",
  CONNECTOR_TEXTING: JSON.stringify({
    consents: {
      sendOnBehalf: { by: "7d0c5a1e-0000-4000-8000-00000000ad01", at: "2024-11-04" },
      attendeesConsent: { by: "7d0c5a1e-0000-4000-8000-00000000ad01", at: "2024-11-04" },
    },
    connections: ["main"],
    live: true,
  }),
  CONNECTOR_NUMBERS: "stack",
  CONNECTOR_NUMBER_VERIFICATION: "approved",
  VAULT_URL: from("vault", "https://vault1a2b.vault.azure.net"),
  VAULT_WRAPPING_KEY: "wrapping",
  MICROSOFT_CLIENT_ID: from("application", "7d0c5a1e-0000-4000-8000-0000000c11e1"),
  STORE_COSMOS_ENDPOINT: from("account", "https://cosmos1a2b.documents.azure.com:443/"),
  APPLICATIONINSIGHTS_CONNECTION_STRING: from(
    "insights",
    "InstrumentationKey=7d0c5a1e-0000-4000-8000-000000000a10",
  ),
  PACKAGE_DIGEST: digest,
  WEBSITE_RUN_FROM_PACKAGE: from(
    "package",
    "https://st1a2b.blob.core.windows.net/packages/" + digest + ".zip",
  ),
  WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID: from("identity", IDENTITY_ID),
});

const ofSite = { name: from("site", "app1a2b"), resourceGroupName: "rg-lamna-production" };
const ofSlot = { ...ofSite, slot: from("slot", "staging") };

export const running: readonly Sketch[] = [
  {
    type: "azure-native:web:AppServicePlan",
    name: "plan",
    ignoreChanges: ["sku.capacity"],
    props: {
      ...region("operational"),
      kind: "linux",
      reserved: true,
      zoneRedundant: true,
      sku: { name: "P1v3", capacity: 2 },
    },
  },
  {
    type: "azure-native:monitor:AutoscaleSetting",
    name: "autoscale",
    props: {
      ...region("operational"),
      enabled: true,
      profiles: [{ capacity: { minimum: "2", default: "2", maximum: "6" }, rules: [] }],
    },
  },
  { type: "azure-native:web:WebApp", name: "site", props: site(["198.51.100.7"], true) },
  {
    type: "azure-native:web:WebAppSlot",
    name: "slot",
    props: { name: from("site", "app1a2b"), ...site(["198.51.100.7"], false) },
  },
  {
    type: "ehr:index:Package",
    name: "package",
    props: {
      digest: DIGEST,
      container: "packages",
      blobEndpoint: from("storage", "https://st1a2b.blob.core.windows.net"),
    },
  },
  {
    type: "azure-native:web:WebAppApplicationSettings",
    name: "siteSettings",
    props: { ...ofSite, properties: settings(DIGEST) },
  },
  {
    type: "azure-native:web:WebAppApplicationSettingsSlot",
    name: "slotSettings",
    props: { ...ofSlot, properties: settings(DIGEST) },
  },
  { type: "azure-native:web:WebAppFtpAllowed", name: "siteFtp", props: { ...ofSite, allow: false } },
  { type: "azure-native:web:WebAppScmAllowed", name: "siteScm", props: { ...ofSite, allow: false } },
  { type: "azure-native:web:WebAppFtpAllowedSlot", name: "slotFtp", props: { ...ofSlot, allow: false } },
  { type: "azure-native:web:WebAppScmAllowedSlot", name: "slotScm", props: { ...ofSlot, allow: false } },
  {
    type: "azure-native:web:WebAppHostNameBinding",
    name: "hostName",
    props: {
      ...ofSite,
      hostName: "visits.lamnahealthcare.example",
      sslState: "SniEnabled",
      thumbprint: "A1B2C3",
    },
  },
  {
    type: "ehr:index:Ready",
    name: "ready",
    needs: ["siteSettings", "slotSettings"],
    props: {
      sites: ["app1a2b", "app1a2b-staging"].map((host) => ({
        address: from("site", "https://" + host + ".azurewebsites.net"),
        digest: DIGEST,
      })),
      logs: "the table AppServiceConsoleLogs of the workspace",
    },
  },
];
