import { expect, test } from "vitest";
import { recordedState } from "../../../infra/components/recordedState.ts";
import { refuseOtherStoreKeys } from "../../../infra/components/storeKeys.ts";
import { existingResources } from "../../../infra/components/adoption.ts";
import { lamnaConnection, lamnaProduction, lamnaTest, lamnaWith } from "../stacks.ts";
import { foundation, up } from "./foundation.ts";
import { nothingIsThere, ofType, one, READ_STATE, record, valueOf } from "./recorded.ts";

const VAULT = "azure-native:keyvault:Vault";
const KEY = "azure-native:keyvault:Key";
/** The ids of the roles Key Vault Crypto User and Key Vault Secrets User. */
const USES = "12338af0-0e69-4776-bea7-57ae8d297424";
const READS = "4633458b-17de-408a-b874-0445c86b69e6";

test.each([
  ["test", lamnaTest, false],
  ["production", lamnaProduction, true],
])(
  "%s's vault has roles instead of policies, keeps what is deleted, and no public address",
  async (_name, stack, isProtected) => {
    const vault = one(await up(stack), VAULT);
    expect(vault.inputs["properties"]).toEqual({
      tenantId: "5b0c3a52-0000-4000-8000-000000000001",
      sku: { family: "A", name: "standard" },
      enableRbacAuthorization: true,
      enablePurgeProtection: true,
      enableSoftDelete: true,
      softDeleteRetentionInDays: 90,
      enabledForDeployment: false,
      enabledForDiskEncryption: false,
      enabledForTemplateDeployment: false,
      publicNetworkAccess: "Disabled",
      networkAcls: { defaultAction: "Deny", bypass: "None", ipRules: [], virtualNetworkRules: [] },
    });
    expect(vault.options.protect).toBe(isProtected);
    expect(vault.inputs["vaultName"]).toBeUndefined();
  },
);

test("where the network is restricted, the vault takes the app's subnet and who deploys from inside", async () => {
  const all = await up(lamnaWith("network.mode", "restricted"));
  const app = one(all, "azure-native:network:Subnet", "app");
  expect(one(all, VAULT).inputs["properties"]).toMatchObject({
    publicNetworkAccess: "Enabled",
    networkAcls: {
      defaultAction: "Deny",
      bypass: "None",
      ipRules: [],
      virtualNetworkRules: ["app", "runners"].map((part) => ({
        id: expect.stringMatching(new RegExp("/" + part + "$")) as string,
      })),
    },
  });
  expect(one(all, VAULT).propertyDependencies["properties"]).toContain(app.urn);
});

test.each([
  ["the wrapping key", "connector-wrapping", { kty: "RSA", keySize: 3072, keyOps: ["wrapKey", "unwrapKey"] }],
  [
    "the key of the portal's connections",
    "fhir-portal",
    { kty: "RSA", keySize: 3072, keyOps: ["sign", "verify"] },
  ],
  [
    "a chart system's RS384 key",
    "fhir-lamna-test",
    { kty: "RSA", keySize: 3072, keyOps: ["sign", "verify"] },
  ],
])("%s has one use, stays in the vault and renews itself every year", async (_what, name, kind) => {
  expect(one(await up(lamnaTest), KEY, name).inputs["properties"]).toEqual({
    ...kind,
    attributes: { enabled: true, exportable: false },
    rotationPolicy: {
      attributes: { expiryTime: "P2Y" },
      lifetimeActions: [
        { action: { type: "rotate" }, trigger: { timeAfterCreate: "P1Y" } },
        { action: { type: "notify" }, trigger: { timeBeforeExpiry: "P30D" } },
      ],
    },
  });
});

test("where presence is on there is a key that opens what Graph encrypts, and signs its certificate", async () => {
  const all = await up(lamnaProduction);
  expect(one(all, KEY, "graph-notifications").inputs["properties"]).toMatchObject({
    kty: "RSA",
    keySize: 2048,
    keyOps: ["unwrapKey", "sign"],
    attributes: { enabled: true, exportable: false },
  });
  const without = await up({ ...lamnaProduction, features: { presence: false } });
  expect(ofType(without, KEY).map(({ name }) => name)).not.toContain("graph-notifications");
});

test("an ES384 connection gets a P-384 key", async () => {
  const provider = {
    ...lamnaConnection.provider,
    authentication: { ...lamnaConnection.provider.authentication, algorithm: "ES384" },
  };
  const all = await up(lamnaWith("connections.0.provider", provider));
  expect(one(all, KEY, "fhir-lamna-test").inputs["properties"]).toMatchObject({
    kty: "EC",
    curveName: "P-384",
    keyOps: ["sign", "verify"],
    attributes: { exportable: false },
    rotationPolicy: { attributes: { expiryTime: "P2Y" } },
  });
});

test("a stack without connections has the wrapping key and the portal's, and production's keys are protected", async () => {
  const bare = await up({ ...lamnaTest, connections: undefined, departments: undefined });
  expect(ofType(bare, KEY).map(({ name }) => name)).toEqual([
    "connector-wrapping",
    "fhir-portal",
    "evidence",
  ]);
  const production = ofType(await up(lamnaProduction), KEY).map(({ name }) => name);
  // Production believes its test deployment's signature and signs nothing itself.
  expect(production).not.toContain("evidence");
  for (const key of ofType(await up(lamnaProduction), KEY)) expect(key.options.protect).toBe(true);
});

const WAY = {
  ...lamnaConnection.provider,
  authentication: { method: "client_secret_basic", secret: "chart" },
};

test("a system client's key is made as its algorithm needs", async () => {
  const system = {
    clientId: "system",
    authentication: { method: "private_key_jwt", key: "fhir-lamna-test-system", algorithm: "ES384" },
  };
  const all = await up(lamnaWith("connections.0.system", system));
  expect(one(all, KEY, "fhir-lamna-test-system").inputs["properties"]).toMatchObject({
    kty: "EC",
    curveName: "P-384",
    keyOps: ["sign", "verify"],
  });
});

test.each<[string, unknown, readonly [role: string, of: string][]]>([
  [
    "by keys",
    lamnaTest,
    [
      [USES, "connector-wrapping"],
      [USES, "fhir-portal"],
      [USES, "fhir-lamna-test"],
    ],
  ],
  [
    "where the store's own key is in the vault",
    lamnaWith("encryption", "customerKeys"),
    [
      [USES, "connector-wrapping"],
      [USES, "fhir-portal"],
      [USES, "fhir-lamna-test"],
    ],
  ],
  [
    "by a secret",
    lamnaWith("connections.0.provider", WAY),
    [
      [READS, "kvlamnat"],
      [USES, "connector-wrapping"],
      [USES, "fhir-portal"],
    ],
  ],
  [
    "by keys of its two clients",
    lamnaWith("connections.0.system", {
      clientId: "system",
      authentication: { method: "private_key_jwt", key: "fhir-lamna-test-system" },
    }),
    [
      [USES, "connector-wrapping"],
      [USES, "fhir-portal"],
      [USES, "fhir-lamna-test"],
      [USES, "fhir-lamna-test-system"],
    ],
  ],
])(
  "the connector that signs in %s may use just that, and can do nothing else to the vault",
  async (_way, stack, may) => {
    const all = await up(stack);
    const identity = one(all, "azure-native:managedidentity:UserAssignedIdentity", "identity");
    const parts = new Map([...ofType(all, VAULT), ...ofType(all, KEY)].map(({ urn, name }) => [urn, name]));
    const grants = ofType(all, "azure-native:authorization:RoleAssignment").filter(
      ({ propertyDependencies }) => propertyDependencies["principalId"]?.includes(identity.urn),
    );
    const held = grants.flatMap(({ inputs, propertyDependencies }) =>
      (propertyDependencies["scope"] ?? [])
        .flatMap((urn) => parts.get(urn) ?? [])
        .map((part) => [String(inputs["roleDefinitionId"]).split("/").at(-1), part]),
    );
    // Every test deployment may sign what it has tested.
    expect(held).toEqual([...may, [USES, "evidence"]]);
  },
);

test("a connection's key that an earlier update left in the vault is taken over, whatever it is like", async () => {
  const id =
    "/subscriptions/0/resourceGroups/rg-lamna-test/providers/Microsoft.KeyVault/vaults/kv1/keys/fhir-lamna-test";
  const asked: unknown[] = [];
  const again = (held: readonly string[]) =>
    record(
      lamnaTest,
      async (context) => {
        foundation(context, await existingResources(context.stack, await recordedState()));
      },
      {
        call: (token, inputs) => {
          if (token === READ_STATE)
            return {
              outputs: {
                vault: { type: VAULT, outputs: { name: "kv1" } },
                ...Object.fromEntries(held.map((name) => [name, { type: KEY, outputs: { name } }] as const)),
              } satisfies Record<string, object>,
            };
          if (!token.endsWith(":getKey")) return nothingIsThere(token);
          asked.push(inputs);
          return { id };
        },
      },
    );
  const takenOver = one(await again(["connector-wrapping", "fhir-portal"]), KEY, "fhir-lamna-test");
  expect(takenOver.options).toMatchObject({ import: id, ignoreChanges: ["properties", "tags"] });
  expect(asked).toEqual([
    { resourceGroupName: "rg-lamna-test", vaultName: "kv1", keyName: "fhir-lamna-test" },
  ]);
  const ours = one(
    await again(["connector-wrapping", "fhir-portal", "fhir-lamna-test"]),
    KEY,
    "fhir-lamna-test",
  );
  expect(ours.options.import).toBeUndefined();
  expect(ours.options.ignoreChanges).toEqual([]);
});

test("with customer keys the store is encrypted by a key of the vault, by an identity that can do only that", async () => {
  const all = await up(lamnaWith("encryption", "customerKeys", lamnaProduction));
  const key = one(all, KEY, "store-encryption");
  const identity = one(all, "azure-native:managedidentity:UserAssignedIdentity", "store-encryption");
  const role = one(all, "azure-native:authorization:RoleAssignment", "store-encryption");
  const account = one(all, "azure-native:cosmosdb:DatabaseAccount");
  expect(key.inputs["properties"]).toMatchObject({
    kty: "RSA",
    keySize: 3072,
    keyOps: ["wrapKey", "unwrapKey"],
  });
  expect(role.inputs["roleDefinitionId"]).toContain("e147488a-f6f5-4113-8e2d-b22465e65bf6");
  expect(role.propertyDependencies).toMatchObject({ scope: [key.urn], principalId: [identity.urn] });
  expect(account.dependencies).toEqual(expect.arrayContaining([key.urn, role.urn]));
  expect(account.inputs).toMatchObject({
    identity: { type: "UserAssigned" },
    defaultIdentity: expect.stringMatching(/^UserAssignedIdentity=\/subscriptions\//) as string,
    keyVaultKeyUri: expect.stringMatching(/\/keys\/store-encryption$/) as string,
  });
  // Cosmos DB can reach the vault only as one of Azure's trusted services.
  expect(one(all, VAULT).inputs["properties"]).toMatchObject({ networkAcls: { bypass: "AzureServices" } });
});

const keyed = (uri: string | undefined) => ({ keyVaultKeyUri: uri, name: "cosmos-lamna-test" });
const HOSPITALS = keyed("https://kv1.vault.azure.net/keys/store-encryption");

test.each([
  ["microsoftKeys", HOSPITALS, "Azure never takes back"],
  ["customerKeys", keyed(undefined), "in several separate steps"],
  ["customerKeys", keyed(""), "in several separate steps"],
  ["customerKeys", HOSPITALS, undefined],
  ["microsoftKeys", keyed(undefined), undefined],
  ["customerKeys", undefined, undefined],
])(
  "encryption: %s over a store with %o is refused unless it is the store's own",
  async (said, store, words) => {
    const asked = record(
      lamnaWith("encryption", said),
      async ({ stack }) => {
        refuseOtherStoreKeys(stack, await recordedState());
      },
      {
        call: (token) =>
          token === READ_STATE
            ? {
                outputs: store && {
                  store: { type: "azure-native:cosmosdb:DatabaseAccount", outputs: store },
                },
              }
            : nothingIsThere(token),
      },
    );
    if (words === undefined) await asked;
    else await expect(asked).rejects.toThrow(words);
  },
);

test("without them the store has no key of the hospital's", async () => {
  const account = one(await up(lamnaProduction), "azure-native:cosmosdb:DatabaseAccount");
  for (const key of ["identity", "defaultIdentity", "keyVaultKeyUri"])
    expect(account.inputs[key]).toBeUndefined();
});

test("the connector is told origins, as its settings take them", async () => {
  const told: Record<string, unknown> = {};
  await record(lamnaTest, async (context) => {
    const { secrets, data, storage, messaging } = foundation(context);
    told["vault"] = await valueOf(secrets.url);
    told["store"] = await valueOf(data.endpoint);
    told["queues"] = await valueOf(storage.queueEndpoint);
    told["blobs"] = await valueOf(storage.blobEndpoint);
    told["packages"] = await valueOf(storage.packagesUrl);
    told["messages"] = await valueOf(messaging.endpoint);
  });
  expect(told).toEqual({
    vault: "https://kvlamnat1a2b3c4d.vault.azure.net",
    store: "https://cosmos-lamna-test1a2b3c4d.documents.azure.com",
    queues: "https://stlamnat1a2b3c4d.queue.core.windows.net",
    blobs: "https://stlamnat1a2b3c4d.blob.core.windows.net",
    packages: "https://stlamnat1a2b3c4d.blob.core.windows.net/packages",
    messages: expect.stringMatching(
      /^https:\/\/acs-lamna-test-[0-9a-f]{8}\.unitedstates\.communication\.azure\.com$/,
    ) as string,
  });
});
