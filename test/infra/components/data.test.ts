import { expect, test } from "vitest";
import { containers } from "../../../app/records/containers.ts";
import { lamnaProduction, lamnaTest, lamnaWith } from "../stacks.ts";
import { up } from "./foundation.ts";
import { ofType, one } from "./recorded.ts";

const ACCOUNT = "azure-native:cosmosdb:DatabaseAccount";
const DATABASE = "azure-native:cosmosdb:SqlResourceSqlDatabase";
const CONTAINER = "azure-native:cosmosdb:SqlResourceSqlContainer";

const SECURITY = {
  kind: "GlobalDocumentDB",
  disableLocalAuth: true,
  disableKeyBasedMetadataWriteAccess: true,
  minimalTlsVersion: "Tls12",
  networkAclBypass: "None",
  enableFreeTier: false,
  enableMultipleWriteLocations: false,
  consistencyPolicy: { defaultConsistencyLevel: "Strong" },
};

test("a test store is serverless, can be restored for a week, and takes no keys", async () => {
  const account = one(await up(lamnaTest), ACCOUNT);
  expect(account.inputs).toMatchObject({
    ...SECURITY,
    publicNetworkAccess: "Disabled",
    isVirtualNetworkFilterEnabled: false,
    virtualNetworkRules: [],
    capabilities: [{ name: "EnableServerless" }],
    enableAutomaticFailover: false,
    locations: [{ locationName: "eastus2", failoverPriority: 0, isZoneRedundant: false }],
    backupPolicy: { type: "Continuous", continuousModeProperties: { tier: "Continuous7Days" } },
  });
  expect(account.inputs["ipRules"]).toBeUndefined();
  expect(account.inputs["networkAclBypassResourceIds"]).toBeUndefined();
  expect(account.inputs["cors"]).toBeUndefined();
  expect(account.options.protect).toBe(false);
});

test("production's store spans zones, scales by itself, can be restored for a month, and is never deleted", async () => {
  const all = await up(lamnaWith("sizes", { storeThroughputAtMost: 9000 }, lamnaProduction));
  const account = one(all, ACCOUNT);
  expect(account.inputs).toMatchObject({
    ...SECURITY,
    publicNetworkAccess: "Disabled",
    isVirtualNetworkFilterEnabled: false,
    virtualNetworkRules: [],
    enableAutomaticFailover: true,
    locations: [{ locationName: "eastus2", failoverPriority: 0, isZoneRedundant: true }],
    backupPolicy: { type: "Continuous", continuousModeProperties: { tier: "Continuous30Days" } },
  });
  expect(account.inputs["capabilities"]).toBeUndefined();
  expect(one(all, DATABASE).inputs["options"]).toEqual({ autoscaleSettings: { maxThroughput: 9000 } });
  for (const kept of [account, one(all, DATABASE), ...ofType(all, CONTAINER)])
    expect(kept.options.protect).toBe(true);
});

test("where the network is restricted, the store takes the app's subnet and nobody else", async () => {
  const all = await up(lamnaWith("network.mode", "restricted"));
  expect(one(all, ACCOUNT).inputs).toMatchObject({
    publicNetworkAccess: "Enabled",
    networkAclBypass: "None",
    isVirtualNetworkFilterEnabled: true,
    virtualNetworkRules: [{ id: expect.stringMatching(/\/app$/) as string }],
  });
  expect(one(all, ACCOUNT).propertyDependencies["virtualNetworkRules"]).toEqual([
    one(all, "azure-native:network:Subnet", "app").urn,
  ]);
});

test.each([lamnaTest, lamnaProduction])(
  "the containers are those that the connector's store names",
  async (stack) => {
    const made = ofType(await up(stack), CONTAINER);
    expect(
      made.map(({ inputs }) => ({
        database: inputs["databaseName"],
        options: inputs["options"],
        ...(inputs["resource"] as object),
      })),
    ).toEqual(
      containers.map(({ name, partitionKey, ttl }) => ({
        database: "connector",
        options: undefined,
        id: name,
        partitionKey: { kind: "Hash", paths: [partitionKey], version: 2 },
        ...(ttl && { defaultTtl: -1 }),
      })),
    );
  },
);

test("the connector reads and writes items of its database, and nobody else may", async () => {
  const all = await up(lamnaTest);
  const role = one(all, "azure-native:cosmosdb:SqlResourceSqlRoleDefinition");
  const assignment = one(all, "azure-native:cosmosdb:SqlResourceSqlRoleAssignment");
  const scope = expect.stringMatching(/\/cosmos-lamna-test1a2b3c4d\/dbs\/connector$/) as string;
  expect(role.inputs).toMatchObject({
    type: "CustomRole",
    assignableScopes: [scope],
    permissions: [
      {
        dataActions: [
          "Microsoft.DocumentDB/databaseAccounts/readMetadata",
          "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/create",
          "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/read",
          "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/replace",
          "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/delete",
          "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/executeQuery",
          "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/readChangeFeed",
        ],
      },
    ],
  });
  expect(assignment.inputs["scope"]).toEqual(scope);
  expect(assignment.propertyDependencies).toMatchObject({
    roleDefinitionId: [role.urn],
    principalId: [one(all, "azure-native:managedidentity:UserAssignedIdentity").urn],
  });
  expect(assignment.inputs["roleAssignmentId"]).not.toBe(role.inputs["roleDefinitionId"]);
});
