/** The stores: the vault with its keys, the database, the packages and the queues. */
import { named } from "../../../app/domain/resourceNames.ts";
import { VAULT_KEYS } from "../../../app/domain/vaultKeyNames.ts";
import { vaultNames } from "../../../app/domain/vaultNames.ts";
import { containers } from "../../../app/records/containers.ts";
import { guidOf } from "../../components/guid.ts";
import type { DeployedStack } from "../../deployedStack.ts";
import { featuresOf } from "../../stack/choices.ts";
import { locationOf } from "../../location.ts";
import {
  asked,
  beginningOf,
  here,
  IDENTITY,
  idOf,
  inGroup,
  isPrivate,
  isProduction,
  subnetIds,
  storeKey,
  vaultKey,
  type Asked,
} from "./asked.ts";
import { addressAt, calledLike, from, outputOf } from "./expected.ts";
import { storage } from "./storage.ts";

const kept = (said: DeployedStack) => ({ protect: isProduction(said) });

export const stores = (said: DeployedStack): readonly Asked[] => [
  ...vault(said),
  ...database(said),
  ...storage(said),
];

interface AskedKey {
  readonly name: string;
  readonly kind: string;
  readonly keyOps: readonly string[];
  readonly keySize?: number;
}

function vault(said: DeployedStack): readonly Asked[] {
  const customerKeys = said.encryption === "customerKeys";
  const keys: readonly AskedKey[] = [
    { name: VAULT_KEYS.wrapping, kind: "RSA", keyOps: ["wrapKey", "unwrapKey"] },
    ...vaultNames(said.connections).keys.map((key) => ({ ...key, keyOps: ["sign", "verify"] })),
    ...(featuresOf(said).presence
      ? [{ name: VAULT_KEYS.graphNotifications, kind: "RSA", keySize: 2048, keyOps: ["unwrapKey", "sign"] }]
      : []),
    ...(isProduction(said) ? [] : [{ name: VAULT_KEYS.evidence, kind: "EC", keyOps: ["sign", "verify"] }]),
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
          // It was decided that software keys (FIPS 140 level 1) are enough.
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
            virtualNetworkRules: isPrivate(said)
              ? []
              : subnetIds(said, "app", "runners").map((id) => ({ id })),
          },
        },
      },
      kept(said),
    ),
    ...keys.map(({ name, kind, keyOps, keySize = 3072 }) =>
      asked(
        "keyvault:Key " + name,
        {
          ...inGroup(said),
          vaultName: outputOf(vaultKey(said), "name"),
          keyName: name,
          properties: {
            kty: kind,
            keySize: kind === "RSA" ? keySize : undefined,
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

/** The data actions that the connector uses, and no others. */
const DATA_ACTIONS = [
  "readMetadata",
  ...["create", "read", "replace", "delete"].map((verb) => "sqlDatabases/containers/items/" + verb),
  "sqlDatabases/containers/executeQuery",
  "sqlDatabases/containers/readChangeFeed",
].map((action) => "Microsoft.DocumentDB/databaseAccounts/" + action);

function database(said: DeployedStack): readonly Asked[] {
  const ofAccount = { ...inGroup(said), accountName: outputOf(storeKey(said), "name") };
  const seed = [said.azure.subscriptionId, said.tenant, said.environment].join("/");
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
      roleDefinitionId: guidOf(seed + "/store-role"),
      roleName: "Connector",
      type: "CustomRole",
      assignableScopes: [scope],
      permissions: [{ dataActions: DATA_ACTIONS }],
    }),
    asked("cosmosdb:SqlResourceSqlRoleAssignment connector", {
      ...ofAccount,
      roleAssignmentId: guidOf(seed + "/store-role-of-connector"),
      roleDefinitionId: idOf(said, ROLE),
      principalId: outputOf(IDENTITY, "principalId"),
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
      virtualNetworkRules: isClosed ? [] : subnetIds(said, "app").map((id) => ({ id })),
      ...(said.encryption === "customerKeys" && {
        identity: { type: "UserAssigned", userAssignedIdentities: [idOf(said, reader)] },
        defaultIdentity: from(reader, /^UserAssignedIdentity=\/subscriptions\//),
        keyVaultKeyUri: addressAt(vaultKey(said), /^https:\/\/[^/]+\/keys\/store-encryption$/, [key]),
      }),
    },
    kept(said),
  );
}
