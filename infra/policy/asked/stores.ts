/** What is kept: the vault with its keys, the database, the packages and the queues. */
import { named } from "../../../app/domain/resourceNames.ts";
import { QUEUE_NAMES } from "../../../app/domain/queueNames.ts";
import { VAULT_KEYS } from "../../../app/domain/vaultKeyNames.ts";
import { vaultNames } from "../../../app/domain/vaultNames.ts";
import { containers } from "../../../app/records/containers.ts";
import { guidOf } from "../../components/guid.ts";
import type { DeployedStack } from "../../deployedStack.ts";
import { locationOf } from "../../places.ts";
import {
  asked,
  beginningOf,
  here,
  IDENTITY,
  idOf,
  inGroup,
  isPrivate,
  isProduction,
  storageKey,
  storeKey,
  vaultKey,
  type Asked,
} from "./asked.ts";
import { calledLike, from } from "./expected.ts";

const kept = (said: DeployedStack) => ({ protect: isProduction(said) });
const subnets = (said: DeployedStack, ...names: readonly string[]) =>
  names.map((name) => idOf(said, "network:Subnet " + name));

export const stores = (said: DeployedStack): readonly Asked[] => [
  ...vault(said),
  ...database(said),
  ...storage(said),
];

function vault(said: DeployedStack): readonly Asked[] {
  const customerKeys = said.encryption === "customerKeys";
  const keys = [
    { name: VAULT_KEYS.wrapping, kind: "RSA", keyOps: ["wrapKey", "unwrapKey"] },
    ...vaultNames(said.connections).keys.map((key) => ({ ...key, keyOps: ["sign", "verify"] })),
    ...(customerKeys
      ? [{ name: VAULT_KEYS.storeEncryption, kind: "RSA", keyOps: ["wrapKey", "unwrapKey"] }]
      : []),
  ];
  return [
    asked(
      vaultKey(said),
      {
        ...inGroup(said),
        ...here(said),
        vaultName: calledLike(beginningOf("kv", said)),
        properties: {
          tenantId: said.microsoft.tenantId,
          // Keys in software of FIPS 140 level 1 are what was decided.
          sku: { family: "A", name: "standard" },
          enableRbacAuthorization: true,
          enablePurgeProtection: true,
          enableSoftDelete: true,
          softDeleteRetentionInDays: 90,
          enabledForDeployment: false,
          enabledForDiskEncryption: false,
          enabledForTemplateDeployment: false,
          publicNetworkAccess: isPrivate(said) ? "Disabled" : "Enabled",
          networkAcls: {
            defaultAction: "Deny",
            bypass: customerKeys ? "AzureServices" : "None",
            ipRules: [],
            virtualNetworkRules: isPrivate(said) ? [] : subnets(said, "app", "runners").map((id) => ({ id })),
          },
        },
      },
      kept(said),
    ),
    ...keys.map(({ name, kind, keyOps }) =>
      asked(
        "keyvault:Key " + name,
        {
          ...inGroup(said),
          vaultName: from(vaultKey(said)),
          keyName: name,
          properties: {
            kty: kind,
            keySize: kind === "RSA" ? 3072 : undefined,
            curveName: kind === "RSA" ? undefined : "P-384",
            keyOps,
            attributes: { enabled: true, exportable: false },
            rotationPolicy: {
              attributes: { expiryTime: "P2Y" },
              lifetimeActions: [
                { action: { type: "rotate" }, trigger: { timeAfterCreate: "P1Y" } },
                { action: { type: "notify" }, trigger: { timeBeforeExpiry: "P30D" } },
              ],
            },
          },
        },
        kept(said),
      ),
    ),
  ];
}

const DATABASE = "cosmosdb:SqlResourceSqlDatabase connector";
const ROLE = "cosmosdb:SqlResourceSqlRoleDefinition connector";

/** What the connector does with its data, and nothing else. */
const DATA_ACTIONS = [
  "readMetadata",
  ...["create", "read", "replace", "delete"].map((verb) => "sqlDatabases/containers/items/" + verb),
  "sqlDatabases/containers/executeQuery",
  "sqlDatabases/containers/readChangeFeed",
].map((action) => "Microsoft.DocumentDB/databaseAccounts/" + action);

function database(said: DeployedStack): readonly Asked[] {
  const ofAccount = { ...inGroup(said), accountName: from(storeKey(said)) };
  const place = [said.azure.subscriptionId, said.tenant, said.environment].join("/");
  const scope = idOf(said, [storeKey(said), DATABASE], "/dbs/connector");
  return [
    account(said),
    asked(
      DATABASE,
      {
        ...ofAccount,
        databaseName: "connector",
        resource: { id: "connector" },
        options: isProduction(said)
          ? { autoscaleSettings: { maxThroughput: said.sizes.storeThroughputAtMost } }
          : undefined,
      },
      kept(said),
    ),
    ...containers.map(({ name, partitionKey, ttl }) =>
      asked(
        "cosmosdb:SqlResourceSqlContainer " + name,
        {
          ...ofAccount,
          databaseName: from(DATABASE, "connector"),
          containerName: name,
          resource: {
            id: name,
            partitionKey: { kind: "Hash", paths: [partitionKey], version: 2 },
            defaultTtl: ttl ? -1 : undefined,
          },
        },
        kept(said),
      ),
    ),
    asked(ROLE, {
      ...ofAccount,
      roleDefinitionId: guidOf(place + "/store-role"),
      roleName: "Connector",
      type: "CustomRole",
      assignableScopes: [scope],
      permissions: [{ dataActions: DATA_ACTIONS }],
    }),
    asked("cosmosdb:SqlResourceSqlRoleAssignment connector", {
      ...ofAccount,
      roleAssignmentId: guidOf(place + "/store-role-of-connector"),
      roleDefinitionId: idOf(said, ROLE),
      principalId: from(IDENTITY),
      scope,
    }),
  ];
}

function account(said: DeployedStack): Asked {
  const [production, isClosed] = [isProduction(said), isPrivate(said)];
  const key = "keyvault:Key " + VAULT_KEYS.storeEncryption;
  const reader = "managedidentity:UserAssignedIdentity " + VAULT_KEYS.storeEncryption;
  return asked(
    storeKey(said),
    {
      ...inGroup(said),
      ...here(said),
      accountName: calledLike(named("cosmos", said)),
      kind: "GlobalDocumentDB",
      createMode: "Default",
      databaseAccountOfferType: "Standard",
      locations: [{ locationName: locationOf(said), failoverPriority: 0, isZoneRedundant: production }],
      capabilities: production ? undefined : [{ name: "EnableServerless" }],
      enableAutomaticFailover: production,
      enableMultipleWriteLocations: false,
      enableFreeTier: false,
      consistencyPolicy: { defaultConsistencyLevel: "Strong" },
      backupPolicy: {
        type: "Continuous",
        continuousModeProperties: { tier: production ? "Continuous30Days" : "Continuous7Days" },
      },
      disableLocalAuth: true,
      disableKeyBasedMetadataWriteAccess: true,
      minimalTlsVersion: "Tls12",
      publicNetworkAccess: isClosed ? "Disabled" : "Enabled",
      networkAclBypass: "None",
      isVirtualNetworkFilterEnabled: !isClosed,
      virtualNetworkRules: isClosed ? [] : subnets(said, "app").map((id) => ({ id })),
      ...(said.encryption === "customerKeys" && {
        identity: { type: "UserAssigned", userAssignedIdentities: [idOf(said, reader)] },
        defaultIdentity: from(reader, /^UserAssignedIdentity=\/subscriptions\//),
        keyVaultKeyUri: from(key, /^https:\/\/[^/]+\/keys\/store-encryption$/),
      }),
    },
    kept(said),
  );
}

function storage(said: DeployedStack): readonly Asked[] {
  const ofAccount = { ...inGroup(said), accountName: from(storageKey(said)) };
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
            : subnets(said, "app", "runners").map((id) => ({
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

/** Twice, and by the hospital's own key where it asks for that. */
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
        keyVaultUri: from(vaultKey(said), /^https:\/\/[a-z0-9-]+\.vault\.azure\.net$/),
      },
    },
  };
}

/** Ranges, but none of one address or two (learn.microsoft.com/azure/storage/common/storage-network-security-limitations). */
function asStorageTakesIt(range: string): readonly string[] {
  const [address = "", bits] = range.split("/");
  if (bits === undefined || bits === "32") return [address];
  if (bits !== "31") return [range];
  return [address, address.replace(/\d+$/, (last) => String(Number(last) + 1))];
}
