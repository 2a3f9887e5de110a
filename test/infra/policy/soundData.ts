/** The part of a sound deployment that keeps things. */
import { containers } from "../../../app/records/containers.ts";
import { from, type Sketch } from "./scene.ts";

export const SUBSCRIPTION = "/subscriptions/7d0c5a1e-0000-4000-8000-00000000a0f1";
export const inGroup = (rest: string): string =>
  SUBSCRIPTION + "/resourceGroups/rg-lamna-production/providers/" + rest;
export const tags = (dataClass: "phi-transient" | "operational") => ({
  tenant: "lamna",
  environment: "production",
  geography: "americas",
  dataClass,
  owner: "Lamna Digital Care",
});
export const region = (dataClass: "phi-transient" | "operational") => ({
  location: "eastus2",
  tags: tags(dataClass),
});
export const worldwide = (dataClass: "phi-transient" | "operational") => ({
  location: "global",
  tags: tags(dataClass),
});

const ACCOUNT_ID = inGroup("Microsoft.DocumentDB/databaseAccounts/cosmos1a2b");
const DATA = "Microsoft.DocumentDB/databaseAccounts/";

export const data: readonly Sketch[] = [
  { type: "azure-native:resources:ResourceGroup", name: "group", props: region("operational") },
  {
    type: "azure-native:managedidentity:UserAssignedIdentity",
    name: "identity",
    props: region("operational"),
  },
  {
    type: "azure-native:authorization:ManagementLockByScope",
    name: "lock",
    props: {
      level: "CanNotDelete",
      scope: from("group", SUBSCRIPTION + "/resourceGroups/rg-lamna-production"),
    },
  },
  {
    type: "azure-native:cosmosdb:DatabaseAccount",
    name: "account",
    needs: ["group"],
    protect: true,
    props: {
      ...region("phi-transient"),
      databaseAccountOfferType: "Standard",
      kind: "GlobalDocumentDB",
      disableLocalAuth: true,
      disableKeyBasedMetadataWriteAccess: true,
      minimalTlsVersion: "Tls12",
      publicNetworkAccess: "Disabled",
      networkAclBypass: "None",
      backupPolicy: { type: "Continuous", continuousModeProperties: { tier: "Continuous30Days" } },
      locations: [{ locationName: "eastus2", failoverPriority: 0, isZoneRedundant: true }],
    },
  },
  {
    type: "azure-native:cosmosdb:SqlResourceSqlDatabase",
    name: "database",
    props: { accountName: from("account", "cosmos1a2b"), resource: { id: "connector" } },
  },
  ...containers.map(({ name, partitionKey, ttl }): Sketch => ({
    type: "azure-native:cosmosdb:SqlResourceSqlContainer",
    name: "container-" + name,
    props: {
      accountName: from("account", "cosmos1a2b"),
      databaseName: from("database", "connector"),
      resource: {
        id: name,
        partitionKey: { kind: "Hash", paths: [partitionKey] },
        ...(ttl && { defaultTtl: -1 }),
      },
    },
  })),
  {
    type: "azure-native:cosmosdb:SqlResourceSqlRoleDefinition",
    name: "dataRole",
    props: {
      accountName: from("account", "cosmos1a2b"),
      permissions: [
        {
          dataActions: [
            DATA + "readMetadata",
            DATA + "sqlDatabases/containers/items/*",
            DATA + "sqlDatabases/containers/executeQuery",
            DATA + "sqlDatabases/containers/readChangeFeed",
          ],
        },
      ],
    },
  },
  {
    type: "azure-native:cosmosdb:SqlResourceSqlRoleAssignment",
    name: "dataAssignment",
    props: {
      accountName: from("account", "cosmos1a2b"),
      principalId: from("identity", "7d0c5a1e-0000-4000-8000-0000000001d1"),
      roleDefinitionId: from(
        "dataRole",
        ACCOUNT_ID + "/sqlRoleDefinitions/7d0c5a1e-0000-4000-8000-0000000002d2",
      ),
      scope: from("database", ACCOUNT_ID + "/dbs/connector"),
    },
  },
  {
    type: "azure-native:keyvault:Vault",
    name: "vault",
    needs: ["group"],
    protect: true,
    props: {
      ...region("phi-transient"),
      properties: {
        tenantId: "7d0c5a1e-0000-4000-8000-00000000e0e0",
        sku: { family: "A", name: "standard" },
        enablePurgeProtection: true,
        enableSoftDelete: true,
        softDeleteRetentionInDays: 90,
        enableRbacAuthorization: true,
        publicNetworkAccess: "Disabled",
        networkAcls: { defaultAction: "Deny", bypass: "None" },
      },
    },
  },
  {
    type: "azure-native:keyvault:Key",
    name: "wrappingKey",
    props: {
      vaultName: from("vault", "vault1a2b"),
      properties: {
        kty: "RSA",
        keySize: 3072,
        keyOps: ["wrapKey", "unwrapKey"],
        rotationPolicy: {
          attributes: { expiryTime: "P2Y" },
          lifetimeActions: [{ action: { type: "rotate" }, trigger: { timeAfterCreate: "P1Y" } }],
        },
      },
    },
  },
  {
    type: "azure-native:keyvault:Secret",
    name: "secret",
    props: {
      vaultName: from("vault", "vault1a2b"),
      properties: { contentType: "text/plain", attributes: { expires: 1_830_297_600 } },
    },
  },
  {
    type: "azure-native:storage:StorageAccount",
    name: "storage",
    needs: ["group"],
    protect: true,
    props: {
      ...region("phi-transient"),
      kind: "StorageV2",
      sku: { name: "Standard_ZRS" },
      enableHttpsTrafficOnly: true,
      minimumTlsVersion: "TLS1_2",
      allowBlobPublicAccess: false,
      allowSharedKeyAccess: false,
      allowCrossTenantReplication: false,
      defaultToOAuthAuthentication: true,
      isLocalUserEnabled: false,
      publicNetworkAccess: "Disabled",
      networkRuleSet: {
        defaultAction: "Deny",
        bypass: "None",
        ipRules: [{ iPAddressOrRange: "198.51.100.7" }],
      },
    },
  },
  {
    type: "azure-native:storage:BlobServiceProperties",
    name: "blobs",
    props: {
      accountName: from("storage", "st1a2b"),
      isVersioningEnabled: true,
      deleteRetentionPolicy: { enabled: true, days: 90 },
      containerDeleteRetentionPolicy: { enabled: true, days: 90 },
    },
  },
  {
    type: "azure-native:storage:BlobContainer",
    name: "packages",
    props: { accountName: from("storage", "st1a2b"), publicAccess: "None" },
  },
];

export const ids = {
  account: ACCOUNT_ID,
  vault: inGroup("Microsoft.KeyVault/vaults/vault1a2b"),
  storage: inGroup("Microsoft.Storage/storageAccounts/st1a2b"),
};
