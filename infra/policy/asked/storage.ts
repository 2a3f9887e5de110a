/** Storage: the packages that site and slot run, and the queues of background work. */
import { QUEUE_NAMES } from "../../../app/domain/queueNames.ts";
import { VAULT_KEYS } from "../../../app/domain/vaultKeyNames.ts";
import type { DeployedStack } from "../../deployedStack.ts";
import {
  asked,
  beginningOf,
  here,
  idOf,
  inGroup,
  isPrivate,
  isProduction,
  storageKey,
  subnetIds,
  vaultKey,
  type Asked,
} from "./asked.ts";
import { addressAt, calledLike, outputOf } from "./expected.ts";

const kept = (said: DeployedStack) => ({ protect: isProduction(said) });

export function storage(said: DeployedStack): readonly Asked[] {
  const ofAccount = { ...inGroup(said), accountName: outputOf(storageKey(said), "name") };
  const days = said.retention.packagesDays;
  const addresses = (said.deployFrom ?? []).flatMap(asStorageTakesIt);
  const isClosed = isPrivate(said) && addresses.length === 0;
  return [
    asked(
      storageKey(said),
      {
        ...inGroup(said),
        ...here(said),
        accountName: calledLike(beginningOf("st", said)),
        kind: "StorageV2",
        sku: { name: isProduction(said) ? "Standard_ZRS" : "Standard_LRS" },
        enableHttpsTrafficOnly: true,
        minimumTlsVersion: "TLS1_2",
        allowSharedKeyAccess: false,
        allowBlobPublicAccess: false,
        allowCrossTenantReplication: false,
        defaultToOAuthAuthentication: true,
        isLocalUserEnabled: false,
        isSftpEnabled: false,
        ...encryption(said),
        publicNetworkAccess: isClosed ? "Disabled" : "Enabled",
        networkRuleSet: {
          defaultAction: "Deny",
          bypass: "None",
          ipRules: addresses.map((address) => ({ action: "Allow", iPAddressOrRange: address })),
          virtualNetworkRules: isClosed
            ? []
            : subnetIds(said, "app", "runners").map((id) => ({
                action: "Allow",
                virtualNetworkResourceId: id,
              })),
        },
      },
      kept(said),
    ),
    asked("storage:BlobServiceProperties blobs", {
      ...ofAccount,
      blobServicesName: "default",
      isVersioningEnabled: true,
      deleteRetentionPolicy: { enabled: true, days, allowPermanentDelete: false },
      containerDeleteRetentionPolicy: { enabled: true, days },
    }),
    asked(
      "storage:BlobContainer packages",
      { ...ofAccount, containerName: "packages", publicAccess: "None" },
      kept(said),
    ),
    ...Object.values(QUEUE_NAMES).map((queueName) =>
      asked("storage:Queue " + queueName, { ...ofAccount, queueName }, kept(said)),
    ),
  ];
}

/** Encryption is double, and by the hospital's own key where it asks for that. */
function encryption(said: DeployedStack) {
  const byAccount = { enabled: true, keyType: "Account" };
  const twice = { requireInfrastructureEncryption: true, services: { blob: byAccount, queue: byAccount } };
  if (said.encryption !== "customerKeys") return { encryption: { keySource: "Microsoft.Storage", ...twice } };
  const reader = idOf(said, "managedidentity:UserAssignedIdentity " + VAULT_KEYS.storeEncryption);
  return {
    identity: { type: "UserAssigned", userAssignedIdentities: [reader] },
    encryption: {
      keySource: "Microsoft.Keyvault",
      ...twice,
      encryptionIdentity: { encryptionUserAssignedIdentity: reader },
      keyVaultProperties: {
        keyName: VAULT_KEYS.storeEncryption,
        keyVaultUri: addressAt(vaultKey(said), /^https:\/\/[a-z0-9-]+\.vault\.azure\.net$/),
      },
    },
  };
}

/**
 * Storage accepts ranges, but none of one or two addresses
 * (learn.microsoft.com/azure/storage/common/storage-network-security-limitations).
 */
function asStorageTakesIt(range: string): readonly string[] {
  const [address = "", bits] = range.split("/");
  if (bits === undefined || bits === "32") return [address];
  if (bits !== "31") return [range];
  return [address, address.replace(/\d+$/, (last) => String(Number(last) + 1))];
}
