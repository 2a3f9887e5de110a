/** Storage accounts, containers, queues. */
import { isSameId, parentOf } from "../controlPlane/ids.ts";
import { at, listAt, type Properties, saidAt, textAt, textsAt } from "../controlPlane/json.ts";
import type { Cloud, Draft, Kind } from "../controlPlane/model.ts";
import { badRequest } from "../controlPlane/refusal.ts";
import { keyAccess } from "./customerKeys.ts";
import { refuseUnknownRegion } from "./regions.ts";
import { all, azure, refuseSubnetWithoutWay, refuseTakenName } from "./require.ts";

const ACCOUNT = "{group}/providers/Microsoft.Storage/storageAccounts/{accountName}";
const SERVICES = ["blob", "dfs", "file", "queue", "table", "web"];

export const STORAGE: readonly Kind[] = [
  {
    token: azure("storage:StorageAccount"),
    id: ACCOUNT,
    replacedBy: ["isHnsEnabled"],
    silent: () => ({
      accessTier: "Hot",
      allowCrossTenantReplication: false,
      enableHttpsTrafficOnly: true,
      encryption: {
        keySource: "Microsoft.Storage",
        services: {
          blob: { enabled: true, keyType: "Account" },
          file: { enabled: true, keyType: "Account" },
        },
      },
      minimumTlsVersion: "TLS1_2",
      allowBlobPublicAccess: false,
      networkRuleSet: {
        bypass: "AzureServices",
        defaultAction: "Allow",
        ipRules: [],
        virtualNetworkRules: [],
      },
      privateEndpointConnections: [],
      tags: {},
    }),
    decided: decidedAccount,
    refuse: all(refuseUnknownRegion, refuseAccount, refuseKey),
  },
  {
    token: azure("storage:BlobContainer"),
    id: ACCOUNT + "/blobServices/default/containers/{containerName}",
    type: "Microsoft.Storage/storageAccounts/blobServices/containers",
    silent: () => ({
      defaultEncryptionScope: "$account-encryption-key",
      denyEncryptionScopeOverride: false,
      publicAccess: "None",
    }),
    decided: (_draft, cloud) => ({
      deleted: false,
      etag: `"0x${cloud.hex(15).toUpperCase()}"`,
      hasImmutabilityPolicy: false,
      hasLegalHold: false,
      lastModifiedTime: cloud.now().toISOString(),
      leaseState: "Available",
      leaseStatus: "Unlocked",
      legalHold: { hasLegalHold: false, tags: [] },
      remainingRetentionDays: 0,
    }),
    refuse: refusePublicContainer,
  },
  {
    token: azure("storage:BlobServiceProperties"),
    id: ACCOUNT + "/blobServices/{blobServicesName}",
    singleton: true,
    silent: () => ({
      cors: { corsRules: [] },
      deleteRetentionPolicy: { enabled: false, allowPermanentDelete: false },
      isVersioningEnabled: false,
    }),
    refuse: refuseOtherThanDefault,
  },
  {
    token: azure("storage:Queue"),
    id: ACCOUNT + "/queueServices/default/queues/{queueName}",
    type: "Microsoft.Storage/storageAccounts/queueServices/queues",
    decided: () => ({ approximateMessageCount: 0 }),
  },
];

function decidedAccount(draft: Draft, cloud: Cloud): Properties {
  const made = textAt(draft.before?.properties, "creationTime") ?? cloud.now().toISOString();
  const sku = saidAt(draft.inputs, "sku.name");
  return {
    creationTime: made,
    keyCreationTime: { key1: made, key2: made },
    primaryEndpoints: Object.fromEntries(
      SERVICES.map((service) => [
        service,
        `https://${draft.name}.${service === "web" ? "z13.web" : service}.core.windows.net/`,
      ]),
    ),
    primaryLocation: saidAt(draft.inputs, "location"),
    provisioningState: "Succeeded",
    sku: { tier: sku.startsWith("Premium") ? "Premium" : "Standard" },
    statusOfPrimary: "available",
  };
}

function refuseAccount(draft: Draft, cloud: Cloud): void {
  refuseTakenName(
    draft,
    cloud,
    "StorageAccountAlreadyTaken",
    `The storage account named ${draft.name} is already taken.`,
  );
  for (const rule of listAt(draft.inputs, "networkRuleSet.virtualNetworkRules"))
    refuseSubnetWithoutWay(cloud, textAt(rule, "virtualNetworkResourceId"), "Microsoft.Storage");
  for (const rule of listAt(draft.inputs, "networkRuleSet.ipRules")) {
    const address = saidAt(rule, "iPAddressOrRange");
    if (/^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)|\/3[12]$/u.test(address))
      throw badRequest(
        `The value '${address}' for the IP rule is invalid: only public addresses, and ranges of at most /30.`,
        "InvalidValuesForRequestParameters",
      );
  }
}

function refuseKey({ inputs }: Draft, cloud: Cloud): void {
  if (textAt(inputs, "encryption.keySource") !== "Microsoft.Keyvault") return;
  const keyName = textAt(inputs, "encryption.keyVaultProperties.keyName");
  const vaultUri = textAt(inputs, "encryption.keyVaultProperties.keyVaultUri")?.replace(/\/$/u, "");
  const identityId = textAt(inputs, "encryption.encryptionIdentity.encryptionUserAssignedIdentity");
  if (keyName === undefined || vaultUri === undefined)
    throw badRequest(
      "The key vault properties keyName and keyVaultUri are required for the key source Microsoft.Keyvault.",
      "KeyVaultPropertiesMissing",
    );
  if (!textsAt(inputs, "identity.userAssignedIdentities").some((one) => isSameId(one, identityId ?? "")))
    throw badRequest(
      `The encryption identity '${identityId ?? ""}' is not assigned to the storage account.`,
      "InvalidEncryptionIdentity",
    );
  const { is } = keyAccess(cloud, `${vaultUri}/keys/${keyName}`, identityId);
  if (is === "no key")
    throw badRequest(`The key '${vaultUri}/keys/${keyName}' does not exist.`, "KeyVaultKeyNotFound");
  if (is === "purgeable") throw badRequest("Keyvault policy recoverable is not set", "KeyVaultPolicyError");
  // For a vault that lets no services in, too.
  if (is !== "open")
    throw badRequest(
      "The operation failed because of authentication issue on the keyvault. For more information, see - https://aka.ms/storagekeyvaultaccesspolicy",
      "KeyVaultAuthenticationFailure",
    );
}

function refusePublicContainer(draft: Draft, cloud: Cloud): void {
  const account = cloud.find(parentOf(parentOf(draft.id)));
  const access = textAt(draft.inputs, "publicAccess") ?? "None";
  if (access !== "None" && at(account?.properties, "allowBlobPublicAccess") !== true)
    throw badRequest("Public access is not permitted on this storage account.", "PublicAccessNotPermitted");
}

function refuseOtherThanDefault(draft: Draft): void {
  if (draft.name !== "default")
    throw badRequest(
      `The name of this part of an account must be 'default', not '${draft.name}'.`,
      "InvalidResourceName",
    );
}
