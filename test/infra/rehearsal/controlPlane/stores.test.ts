/** Cosmos DB, Key Vault and storage: defaults that a program should not rely on, and what is refused. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { DEPLOYER, type ProviderDriver, driveProviders, SUBSCRIPTION } from "./providerDriver.ts";
import { azure, makes, refusal } from "./makes.ts";

let driver: ProviderDriver;
let make: ReturnType<typeof makes>;
let now: Date;
beforeEach(async () => {
  now = new Date("2026-11-25T10:00:00Z");
  driver = await driveProviders({ now: () => now });
  make = makes(driver);
  await make.group();
});
afterEach(() => driver.stop());

const DAY = 86_400_000;

test("an account whose program says nothing takes keys, is public, and is backed up for eight hours", async () => {
  const account = await make.account();
  expect(account.outputs).toMatchObject({
    backupPolicy: {
      type: "Periodic",
      periodicModeProperties: { backupIntervalInMinutes: 240, backupRetentionIntervalInHours: 8 },
    },
    disableLocalAuth: false,
    documentEndpoint: "https://cosmos-lamna.documents.azure.com:443/",
    identity: { type: "None" },
    location: "East US 2",
    minimalTlsVersion: "Tls12",
    publicNetworkAccess: "Enabled",
    readLocations: [{ id: "cosmos-lamna-eastus2", locationName: "East US 2", isZoneRedundant: false }],
  });
});

test("an account's backup is as it was asked for, with no half of the default under it", async () => {
  const backupPolicy = { type: "Continuous", continuousModeProperties: { tier: "Continuous7Days" } };
  const account = await make.account("cosmos-lamna", { backupPolicy });
  expect(account.outputs["backupPolicy"]).toEqual(backupPolicy);
  expect(
    await refusal(driver.update(account, { ...account.inputs, backupPolicy: { type: "Periodic" } })),
  ).toContain("from Continuous to Periodic is not supported");
});

test("capabilities are chosen once", async () => {
  const account = await make.account();
  expect(
    await refusal(
      driver.update(account, { ...account.inputs, capabilities: [{ name: "EnableServerless" }] }),
    ),
  ).toContain("Updating capabilities of a database account is not allowed");
});

test.each([
  ["a name that is taken", "cosmos-taken", {}, "already exists"],
  [
    "two first locations",
    "cosmos-lamna",
    {
      locations: [
        { locationName: "eastus2", failoverPriority: 0 },
        { locationName: "westus3", failoverPriority: 0 },
      ],
    },
    "must be unique",
  ],
  [
    "serverless in two locations",
    "cosmos-lamna",
    {
      capabilities: [{ name: "EnableServerless" }],
      locations: [
        { locationName: "eastus2", failoverPriority: 0 },
        { locationName: "westus3", failoverPriority: 1 },
      ],
    },
    "Serverless accounts do not support multiple regions",
  ],
  [
    "a key that is not there",
    "cosmos-lamna",
    { keyVaultKeyUri: "https://kv-none.vault.azure.net/keys/none" },
    "Error contacting the Azure Key Vault resource",
  ],
  [
    "a default identity that is not its own",
    "cosmos-lamna",
    { defaultIdentity: "UserAssignedIdentity=/subscriptions/x/none" },
    "InvalidDefaultIdentity",
  ],
  [
    "a subnet that is not there",
    "cosmos-lamna",
    { virtualNetworkRules: [{ id: "/subscriptions/x/none" }] },
    "LinkedResourceNotFound",
  ],
])("an account is refused with %s", async (_what, name, more, words) => {
  await make.account("cosmos-taken");
  await make.group("rg-other");
  expect(await refusal(make.account(name, { resourceGroupName: "rg-other", ...more }))).toContain(words);
});

/** For each kind of store, what encrypts it by a customer's key. */
const ENCRYPTED = {
  "an account of Cosmos DB": (keyUri: string, identityId: string) =>
    make.account("cosmos-lamna", {
      keyVaultKeyUri: keyUri,
      identity: { type: "UserAssigned", userAssignedIdentities: [identityId] },
      defaultIdentity: "UserAssignedIdentity=" + identityId,
    }),
  "an account of storage": (keyUri: string, identityId: string) =>
    make.storage("stlamna", {
      identity: { type: "UserAssigned", userAssignedIdentities: [identityId] },
      encryption: {
        keySource: "Microsoft.Keyvault",
        encryptionIdentity: { encryptionUserAssignedIdentity: identityId },
        keyVaultProperties: { keyVaultUri: keyUri.split("/keys/")[0], keyName: keyUri.split("/").at(-1) },
      },
    }),
};

test.each([
  [
    "an account of Cosmos DB",
    {
      missing: "Error contacting the Azure Key Vault resource",
      purgeable: "KeyVaultNotProtected",
      closed: "ForbiddenByFirewall",
      unnamed: "ForbiddenByRbac",
    },
  ],
  [
    "an account of storage",
    {
      missing: "KeyVaultKeyNotFound",
      purgeable: "KeyVaultPolicyError",
      closed: "KeyVaultAuthenticationFailure",
      unnamed: "KeyVaultAuthenticationFailure",
    },
  ],
] as const)(
  "a customer's key needs a vault that is kept and lets services in, and a role on the key: %s",
  async (kind, { missing, purgeable, closed, unnamed }) => {
    const identity = await make.identity("id-store");
    const encrypted = (name = "store") =>
      ENCRYPTED[kind](`https://kv-lamna.vault.azure.net/keys/${name}`, identity.id);
    let vault = await make.vault();
    const change = async (more: object) => {
      const properties = { ...(vault.inputs["properties"] as object), ...more };
      vault = await driver.update(vault, { ...vault.inputs, properties });
    };
    const key = await make.make("keyvault:Key", "store", {
      vaultName: "kv-lamna",
      keyName: "store",
      properties: { kty: "RSA" },
    });
    expect(await refusal(encrypted("none"))).toContain(missing);
    expect(await refusal(encrypted())).toContain(purgeable);
    await change({ enablePurgeProtection: true, networkAcls: { bypass: "None", defaultAction: "Deny" } });
    expect(await refusal(encrypted())).toContain(closed);
    await change({ networkAcls: { bypass: "AzureServices", defaultAction: "Deny" } });
    expect(await refusal(encrypted())).toContain(unnamed);
    const grant = (scope: string, role: string) =>
      driver.create(azure("authorization:RoleAssignment"), "store" + role, {
        scope,
        principalId: identity.outputs["principalId"],
        principalType: "ServicePrincipal",
        roleDefinitionId: `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
      });
    await change({ enableRbacAuthorization: true });
    await grant(key.id, "4633458b-17de-408a-b874-0445c86b69e6");
    expect(await refusal(encrypted()), "a role for secrets").toContain(unnamed);
    await grant(key.id, "e147488a-f6f5-4113-8e2d-b22465e65bf6");
    await change({ enableRbacAuthorization: false });
    expect(await refusal(encrypted()), "a role in a vault that goes by access policies").toContain(unnamed);
    await change({ enableRbacAuthorization: true });
    expect((await encrypted()).outputs).toMatchObject({ identity: { type: "UserAssigned" } });
  },
);

test("a store that exists gets a customer's key in steps, and keeps it for good", async () => {
  const { id, outputs } = await make.identity("id-store");
  await make.vault("kv-lamna", {
    enablePurgeProtection: true,
    enableRbacAuthorization: true,
    networkAcls: { bypass: "AzureServices", defaultAction: "Deny" },
  });
  const key = await make.make("keyvault:Key", "store", {
    vaultName: "kv-lamna",
    keyName: "store",
    properties: { kty: "RSA" },
  });
  await driver.create(azure("authorization:RoleAssignment"), "store", {
    scope: key.id,
    principalId: outputs["principalId"],
    principalType: "ServicePrincipal",
    roleDefinitionId: `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/e147488a-f6f5-4113-8e2d-b22465e65bf6`,
  });
  const account = await make.account("cosmos-lamna");
  const identified = {
    ...account.inputs,
    identity: { type: "UserAssigned", userAssignedIdentities: [id] },
    defaultIdentity: "UserAssignedIdentity=" + id,
  };
  const keyed = { ...identified, keyVaultKeyUri: "https://kv-lamna.vault.azure.net/keys/store" };
  expect(await refusal(driver.update(account, keyed))).toContain("must be set before");
  const own = await driver.update(await driver.update(account, identified), keyed);
  expect(await refusal(driver.update(own, account.inputs))).toContain("can't be reverted");
  expect(await refusal(driver.update(own, identified))).toContain("can't be reverted");
});

test("an account of storage is encrypted by a key that it names, by an identity of its own", async () => {
  const { id } = await make.identity("id-store");
  const encryption = {
    keySource: "Microsoft.Keyvault",
    encryptionIdentity: { encryptionUserAssignedIdentity: id },
    keyVaultProperties: { keyVaultUri: "https://kv-lamna.vault.azure.net", keyName: "store" },
  };
  expect(await refusal(make.storage("stlamna", { encryption }))).toContain("InvalidEncryptionIdentity");
  const { keyVaultProperties: _key, ...nameless } = encryption;
  expect(await refusal(make.storage("stlamna", { encryption: nameless }))).toContain(
    "KeyVaultPropertiesMissing",
  );
});

test("a firewall lets a subnet in only when the subnet has a way to the service", async () => {
  await make.network();
  const plain = await make.subnet("plain", "10.20.1.0/24");
  const way = await make.subnet("way", "10.20.2.0/24", {
    serviceEndpoints: [
      { service: "Microsoft.AzureCosmosDB" },
      { service: "Microsoft.KeyVault" },
      { service: "Microsoft.Storage.Global" },
    ],
  });
  const rules = (id: string) => ({ virtualNetworkRules: [{ id }] });
  const missing = "SubnetsHaveNoServiceEndpointsConfigured";
  expect(await refusal(make.account("cosmos-lamna", rules(plain.id)))).toContain(missing);
  expect(
    await refusal(
      make.vault("kv-lamna", { networkAcls: { bypass: "None", defaultAction: "Deny", ...rules(plain.id) } }),
    ),
  ).toContain(missing);
  const networkRuleSet = (id: string) => ({
    networkRuleSet: { defaultAction: "Deny", virtualNetworkRules: [{ virtualNetworkResourceId: id }] },
  });
  expect(await refusal(make.storage("stlamna", networkRuleSet(plain.id)))).toContain(missing);
  await make.account("cosmos-lamna", rules(way.id));
  await make.vault("kv-lamna", { networkAcls: { bypass: "None", defaultAction: "Deny", ...rules(way.id) } });
  await make.storage("stlamna", networkRuleSet(way.id));
});

const container = (resource: object, more: object = {}) =>
  make.make("cosmosdb:SqlResourceSqlContainer", "visits", {
    accountName: "cosmos-lamna",
    databaseName: "connector",
    containerName: "visits",
    resource,
    ...more,
  });
const database = () =>
  make.make("cosmosdb:SqlResourceSqlDatabase", "connector", {
    accountName: "cosmos-lamna",
    databaseName: "connector",
    resource: { id: "connector" },
  });
const PARTITION = { kind: "Hash", paths: ["/tenant"] };

test("a container that says no time to live keeps everything, and its options are not answered", async () => {
  await make.account();
  await database();
  const visits = await container({ id: "visits", partitionKey: PARTITION }, { options: { throughput: 400 } });
  expect(visits.outputs).not.toHaveProperty("options");
  expect(visits.outputs["resource"]).not.toHaveProperty("defaultTtl");
  expect(visits.outputs["resource"]).toMatchObject({ id: "visits", indexingPolicy: { automatic: true } });
  const other = {
    ...visits.inputs,
    resource: { id: "visits", partitionKey: { kind: "Hash", paths: ["/other"] } },
  };
  expect((await driver.diff(visits, other)).replaces).toEqual(["resource"]);
});

test("a serverless account takes no throughput, and a container needs its database and a partition key", async () => {
  await make.account("cosmos-lamna", { capabilities: [{ name: "EnableServerless" }] });
  expect(await refusal(container({ id: "visits", partitionKey: PARTITION }))).toContain(
    "ParentResourceNotFound",
  );
  await database();
  expect(
    await refusal(container({ id: "visits", partitionKey: PARTITION }, { options: { throughput: 400 } })),
  ).toContain("not supported for serverless accounts");
  expect(await refusal(container({ id: "visits", partitionKey: { paths: [] } }))).toContain(
    "partition key path",
  );
});

test("a data role is for somebody who is there, on a scope of its own account, and stays while it is held", async () => {
  const account = await make.account();
  const identity = await make.identity();
  const address = { accountName: "cosmos-lamna" };
  const role = await make.make("cosmosdb:SqlResourceSqlRoleDefinition", "role", {
    ...address,
    roleName: "Connector",
    assignableScopes: [account.id + "/dbs/connector"],
    permissions: [{ dataActions: ["Microsoft.DocumentDB/databaseAccounts/readMetadata"] }],
  });
  const assign = (more: object) =>
    make.make("cosmosdb:SqlResourceSqlRoleAssignment", "held", {
      ...address,
      roleDefinitionId: role.id,
      principalId: identity.outputs["principalId"],
      scope: account.id,
      ...more,
    });
  expect(await refusal(assign({ principalId: "99999999-0000-4000-8000-000000000001" }))).toContain(
    "was not found in the AAD tenant",
  );
  expect(await refusal(assign({ scope: `/subscriptions/${SUBSCRIPTION}` }))).toContain(
    "is not a scope of the database account",
  );
  expect(await refusal(assign({ roleDefinitionId: account.id + "/sqlRoleDefinitions/none" }))).toContain(
    "was not found",
  );
  const held = await assign({});
  expect(await refusal(driver.delete(role))).toContain("PreconditionFailed");
  await driver.delete(held);
  await driver.delete(role);
  const builtIn = await assign({
    roleDefinitionId: account.id + "/sqlRoleDefinitions/00000000-0000-0000-0000-000000000002",
  });
  expect(builtIn.outputs["principalId"]).toBe(identity.outputs["principalId"]);
});

test("a vault whose program says nothing is open to all, without roles and without protection", async () => {
  const vault = await make.vault();
  expect(vault.outputs["properties"]).toMatchObject({
    enableSoftDelete: true,
    publicNetworkAccess: "Enabled",
    vaultUri: "https://kv-lamna.vault.azure.net/",
  });
  expect(vault.outputs["properties"]).not.toHaveProperty("enablePurgeProtection");
  expect(vault.outputs["properties"]).not.toHaveProperty("enableRbacAuthorization");
});

test("a vault that was deleted keeps its name as long as it is kept", async () => {
  const vault = await make.vault("kv-lamna", { enablePurgeProtection: true, softDeleteRetentionInDays: 90 });
  await driver.delete(vault);
  expect(await refusal(make.vault())).toContain("already exists in deleted state");
  now = new Date(now.getTime() + 91 * DAY);
  expect((await make.vault()).id).toBe(vault.id);
});

test("a group that is deleted leaves its vault's name taken, too", async () => {
  const group = driver.cloud.find(`/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-lamna`);
  await make.vault();
  await driver.cloud.remove(group?.id ?? "");
  await make.group();
  expect(await refusal(make.vault())).toContain("already exists in deleted state");
});

test.each([
  ["another tenant", { tenantId: "bbbbbbbb-0000-4000-8000-000000000001" }, "VaultTenantMismatch"],
  ["protection said to be off", { enablePurgeProtection: false }, "cannot be set to false"],
  ["too short a retention", { softDeleteRetentionInDays: 3 }, "must be between 7 and 90"],
])("a vault is refused with %s", async (_what, properties, words) => {
  expect(await refusal(make.vault("kv-lamna", properties))).toContain(words);
});

test("purge protection is never taken away", async () => {
  const vault = await make.vault("kv-lamna", { enablePurgeProtection: true });
  const { enablePurgeProtection: _on, ...properties } = vault.inputs["properties"] as Record<string, unknown>;
  expect(await refusal(driver.update(vault, { ...vault.inputs, properties }))).toContain("irreversible");
});

const key = (properties: object = { kty: "RSA" }) =>
  make.make("keyvault:Key", "wrapping", { vaultName: "kv-lamna", keyName: "wrapping", properties });

test("a key only tells before it expires unless its rotation was asked for, and its answer is flat", async () => {
  await make.vault();
  const made = await key();
  expect(made.outputs).toMatchObject({
    attributes: { enabled: true, exportable: false, recoveryLevel: "Recoverable+Purgeable" },
    keySize: 2048,
    keyUri: "https://kv-lamna.vault.azure.net/keys/wrapping",
    rotationPolicy: { lifetimeActions: [{ action: { type: "Notify" } }] },
  });
  expect(made.outputs).not.toHaveProperty("properties");
});

test("a key that is imported is read as it would be asked for", async () => {
  await make.vault();
  const { id } = await key();
  expect((await driver.import(azure("keyvault:Key"), id))?.inputs).toMatchObject({
    vaultName: "kv-lamna",
    keyName: "wrapping",
    properties: { kty: "RSA", keySize: 2048, attributes: { enabled: true } },
  });
});

test("a change of a key is taken and never made", async () => {
  await make.vault();
  const made = await key();
  const changed = await driver.update(made, { ...made.inputs, properties: { kty: "RSA", keySize: 4096 } });
  expect(changed.outputs).toMatchObject({
    keySize: 2048,
    keyUriWithVersion: made.outputs["keyUriWithVersion"],
  });
});

test("a rotation faster than Azure rotates is refused", async () => {
  await make.vault();
  const rotationPolicy = {
    attributes: { expiryTime: "P20D" },
    lifetimeActions: [{ action: { type: "rotate" }, trigger: { timeAfterCreate: "P10D" } }],
  };
  expect(await refusal(key({ kty: "RSA", rotationPolicy }))).toContain("at least 28 days");
  const notice = { attributes: { expiryTime: "P20D" }, lifetimeActions: [{ action: { type: "Notify" } }] };
  expect(await refusal(key({ kty: "RSA", rotationPolicy: notice }))).toContain("at least 28 days");
  const odd = { ...rotationPolicy, attributes: { expiryTime: "two years" } };
  expect(await refusal(key({ kty: "RSA", rotationPolicy: odd }))).toContain("is no duration of ISO 8601");
});

test("a key is deleted at the vault itself, which asks for a way in and a role", async () => {
  const vault = await make.vault("kv-lamna", { networkAcls: { bypass: "None", defaultAction: "Deny" } });
  const made = await key();
  expect(await refusal(driver.delete(made))).toContain("ForbiddenByFirewall");
  await driver.update(vault, {
    ...vault.inputs,
    properties: {
      ...(vault.inputs["properties"] as object),
      networkAcls: { bypass: "None", defaultAction: "Deny", ipRules: [{ value: "203.0.113.10/32" }] },
    },
  });
  expect(await refusal(driver.delete(made))).toContain("ForbiddenByRbac");
  await driver.create(azure("authorization:RoleAssignment"), "officer", {
    scope: vault.id,
    principalId: DEPLOYER,
    principalType: "ServicePrincipal",
    roleDefinitionId: `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/14b46e9e-c2b7-41b4-b07b-48a6ebf60603`,
  });
  await driver.delete(made);
  expect(driver.cloud.find(made.id)).toBeUndefined();
});

test("an account of storage whose program says nothing takes keys from everywhere", async () => {
  const account = await make.storage();
  expect(account.outputs).toMatchObject({
    enableHttpsTrafficOnly: true,
    minimumTlsVersion: "TLS1_2",
    networkRuleSet: { bypass: "AzureServices", defaultAction: "Allow" },
    primaryEndpoints: {
      blob: "https://stlamna.blob.core.windows.net/",
      queue: "https://stlamna.queue.core.windows.net/",
    },
    sku: { name: "Standard_LRS", tier: "Standard" },
  });
  expect(account.outputs).not.toHaveProperty("allowSharedKeyAccess");
});

test.each([
  ["a name that is taken", "sttaken", {}, "StorageAccountAlreadyTaken"],
  [
    "an address of a private network",
    "stlamna",
    { networkRuleSet: { defaultAction: "Deny", ipRules: [{ iPAddressOrRange: "10.0.0.0/24" }] } },
    "only public addresses",
  ],
  [
    "one address written as a range",
    "stlamna",
    { networkRuleSet: { defaultAction: "Deny", ipRules: [{ iPAddressOrRange: "203.0.113.10/32" }] } },
    "InvalidValuesForRequestParameters",
  ],
])("an account of storage is refused with %s", async (_what, name, more, words) => {
  await make.storage("sttaken");
  await make.group("rg-other");
  expect(await refusal(make.storage(name, { resourceGroupName: "rg-other", ...more }))).toContain(words);
});

test("containers and queues stand in their account, public only where it says so", async () => {
  await make.storage();
  const packages = (publicAccess: string) =>
    make.make("storage:BlobContainer", "packages", {
      accountName: "stlamna",
      containerName: "packages",
      publicAccess,
    });
  expect(await refusal(packages("Blob"))).toContain("PublicAccessNotPermitted");
  expect((await packages("None")).outputs).toMatchObject({ leaseState: "Available", hasLegalHold: false });
  await make.make("storage:Queue", "work", { accountName: "stlamna", queueName: "work" });
  const services = { accountName: "stlamna", blobServicesName: "other", isVersioningEnabled: true };
  expect(await refusal(make.make("storage:BlobServiceProperties", "blobs", services))).toContain(
    "must be 'default'",
  );
});
