/** For each fact, the resources that the recording's subscription had, by id; `null` means that there was none. */
import type { Properties } from "../../infra/rehearsal/azure/controlPlane/json.ts";
import { GROUP } from "./facts.ts";

const at = (id: string) => `${GROUP}/providers/${id}`;
const NETWORK = {
  [at("Microsoft.Network/virtualNetworks/lamnab")]: { addressSpace: { addressPrefixes: ["10.0.0.0/16"] } },
};

export const HAD: Readonly<Record<string, Readonly<Record<string, Properties | null>>>> = {
  "arm-subnet": NETWORK,
  "arm-subnet-delegated": { ...NETWORK, [at("Microsoft.Network/virtualNetworks/lamnab/subnets/lamnac")]: {} },
  "arm-vault-key": {
    [at("Microsoft.KeyVault/vaults/lamnab")]: {
      location: "westus2",
      properties: { vaultUri: "https://lamnab.vault.azure.net/" },
    },
  },
  "arm-site-without-plan": { [at("Microsoft.Web/serverfarms/lamnac")]: null },
  "arm-front-door-security-policy-without-endpoint": {
    [at("Microsoft.Cdn/profiles/lamnab/afdEndpoints/lamnad")]: null,
  },
  "arm-front-door-route": { [at("Microsoft.Cdn/profiles/lamnab/originGroups/lamnae/origins/one")]: {} },
  "arm-email-domain": {
    [at("Microsoft.Communication/emailServices/lamnab")]: { dataLocation: "United States" },
  },
  "arm-cosmos-account-delete": {
    [at("Microsoft.DocumentDB/databaseAccounts/lamnab")]: { locations: [{ locationName: "East US" }] },
  },
  "arm-front-door-profile-delete": { [at("Microsoft.Cdn/profiles/lamnab")]: {} },
  "arm-private-dns-zone-delete-linked": {
    [at("Microsoft.Network/privateDnsZones/lamnab.com")]: {},
    [at("Microsoft.Network/privateDnsZones/lamnab.com/virtualNetworkLinks/one")]: {},
  },
  "arm-system-topic-subscription": {
    [at("Microsoft.EventGrid/systemTopics/lamnab")]: { topicType: "Microsoft.Storage.StorageAccounts" },
  },
  "arm-site-user-identity": {
    [at("Microsoft.Web/serverfarms/lamnae")]: {
      location: "northeurope",
      reserved: true,
      sku: { name: "P1v3" },
    },
  },
  "arm-private-dns-zone-group": {
    [at("Microsoft.Network/privateEndpoints/lamnab")]: {
      customDnsConfigs: [{ fqdn: "lamnad.blob.core.windows.net", ipAddresses: ["10.0.0.4"] }],
    },
  },
  "arm-private-endpoint-cosmos": {
    [at("Microsoft.DocumentDB/databaseAccounts/lamnaf")]: { locations: [{ locationName: "West US" }] },
  },
};
