import { expect, test } from "vitest";
import { lamnaProduction, lamnaTest, lamnaWith } from "../stacks.ts";
import { up } from "./foundation.ts";
import { ofType, one, type Recorded } from "./recorded.ts";

const ACCOUNT = "azure-native:storage:StorageAccount";
const subnet = (name: string) => ({
  action: "Allow",
  virtualNetworkResourceId: expect.stringMatching(new RegExp("/" + name + "$")) as string,
});

test.each([
  ["test", lamnaTest, "Standard_LRS", false],
  ["production", lamnaProduction, "Standard_ZRS", true],
])("%s's storage takes neither keys nor anonymous callers", async (_name, stack, sku, isProtected) => {
  const all = await up(stack);
  const account = one(all, ACCOUNT);
  expect(account.inputs).toMatchObject({
    kind: "StorageV2",
    sku: { name: sku },
    enableHttpsTrafficOnly: true,
    minimumTlsVersion: "TLS1_2",
    allowSharedKeyAccess: false,
    allowBlobPublicAccess: false,
    allowCrossTenantReplication: false,
    defaultToOAuthAuthentication: true,
    isLocalUserEnabled: false,
    isSftpEnabled: false,
  });
  expect(account.inputs["accountName"]).toBeUndefined();
  const packages = one(all, "azure-native:storage:BlobContainer");
  expect(packages.inputs).toMatchObject({ containerName: "packages", publicAccess: "None" });
  const queues = ofType(all, "azure-native:storage:Queue");
  expect(queues.map(({ inputs }) => inputs["queueName"])).toEqual(["work", "work-poison"]);
  for (const kept of [account, packages, ...queues]) expect(kept.options.protect).toBe(isProtected);
});

test.each([
  [
    "private, deployed from inside",
    lamnaTest,
    { publicNetworkAccess: "Disabled", ipRules: [], virtualNetworkRules: [] },
  ],
  [
    "private, deployed from listed addresses",
    lamnaWith("deployFrom", ["203.0.113.10/32", "198.51.100.8/31", "192.0.2.0/28"]),
    {
      publicNetworkAccess: "Enabled",
      ipRules: ["203.0.113.10", "198.51.100.8", "198.51.100.9", "192.0.2.0/28"],
      virtualNetworkRules: [subnet("app"), subnet("runners")],
    },
  ],
  [
    "restricted",
    lamnaWith("network.mode", "restricted"),
    { publicNetworkAccess: "Enabled", ipRules: [], virtualNetworkRules: [subnet("app"), subnet("runners")] },
  ],
])("storage of a network that is %s takes nobody who is not listed", async (_network, stack, wanted) => {
  const { inputs } = one(await up(stack), ACCOUNT);
  expect(inputs["publicNetworkAccess"]).toBe(wanted.publicNetworkAccess);
  expect(inputs["networkRuleSet"]).toEqual({
    defaultAction: "Deny",
    bypass: "None",
    ipRules: wanted.ipRules.map((address) => ({ action: "Allow", iPAddressOrRange: address })),
    virtualNetworkRules: wanted.virtualNetworkRules,
  });
});

test("a package that is gone can be brought back for as long as the stack says", async () => {
  const all = await up(lamnaWith("retention", { packagesDays: 45 }));
  expect(one(all, "azure-native:storage:BlobServiceProperties").inputs).toMatchObject({
    blobServicesName: "default",
    isVersioningEnabled: true,
    deleteRetentionPolicy: { enabled: true, days: 45, allowPermanentDelete: false },
    containerDeleteRetentionPolicy: { enabled: true, days: 45 },
  });
});

test("the site reads packages and works its queues, deployers write packages, and nobody has the whole account", async () => {
  const deployers = [
    { objectId: "7d0c5a1e-0000-4000-8000-00000000d0e1", kind: "servicePrincipal" },
    { objectId: "7d0c5a1e-0000-4000-8000-00000000d0e2", kind: "user" },
    { objectId: "7d0c5a1e-0000-4000-8000-00000000d0e3", kind: "group" },
  ];
  const all = await up(lamnaWith("deployers", deployers));
  expect(
    ofType(all, "azure-native:authorization:RoleAssignment")
      .map((grant) => [
        scopeOf(grant, all),
        roleOf(grant),
        grant.inputs["principalId"],
        grant.inputs["principalType"],
      ])
      .filter(([scope]) => typeof scope === "string" && scope.startsWith("azure-native:storage")),
  ).toEqual([
    ["azure-native:storage:BlobContainer packages", READER, SITE, "ServicePrincipal"],
    ["azure-native:storage:Queue work", QUEUE_CONTRIBUTOR, SITE, "ServicePrincipal"],
    ["azure-native:storage:Queue work-poison", QUEUE_CONTRIBUTOR, SITE, "ServicePrincipal"],
    ["azure-native:storage:BlobContainer packages", CONTRIBUTOR, deployers[0]?.objectId, "ServicePrincipal"],
    ["azure-native:storage:BlobContainer packages", CONTRIBUTOR, deployers[1]?.objectId, "User"],
    ["azure-native:storage:BlobContainer packages", CONTRIBUTOR, deployers[2]?.objectId, "Group"],
  ]);
});

test("every service that has no public address has a private one, and a name that leads to it", async () => {
  const all = await up(lamnaProduction);
  const endpoints = ofType(all, "azure-native:network:PrivateEndpoint");
  const target = {
    Sql: one(all, "azure-native:cosmosdb:DatabaseAccount"),
    vault: one(all, "azure-native:keyvault:Vault"),
    blob: one(all, ACCOUNT),
    queue: one(all, ACCOUNT),
  };
  expect(endpoints.map(({ name }) => name).toSorted()).toEqual(Object.keys(target).toSorted());
  for (const [service, store] of Object.entries(target)) {
    const endpoint = one(endpoints, "azure-native:network:PrivateEndpoint", service);
    expect(endpoint.inputs["privateLinkServiceConnections"]).toMatchObject([{ groupIds: [service] }]);
    expect(endpoint.propertyDependencies).toMatchObject({
      subnet: [one(all, "azure-native:network:Subnet", "endpoints").urn],
      privateLinkServiceConnections: [store.urn],
    });
    const names = one(all, "azure-native:network:PrivateDnsZoneGroup", service);
    expect(names.propertyDependencies).toMatchObject({
      privateEndpointName: [endpoint.urn],
      privateDnsZoneConfigs: [one(all, "azure-native:privatedns:PrivateZone", service).urn],
    });
  }
});

test("a restricted network has no private addresses", async () => {
  const all = await up(lamnaWith("network.mode", "restricted"));
  expect(ofType(all, "azure-native:network:PrivateEndpoint")).toEqual([]);
});

const SITE = "7d0c5a1e-0000-4000-8000-00000000a0f1";
const READER = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1";
const CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
const QUEUE_CONTRIBUTOR = "974c5e8b-45b9-4653-ba55-5f855dd0fb88";

const roleOf = ({ inputs }: Recorded) => String(inputs["roleDefinitionId"]).split("/").at(-1);
const scopeOf = ({ propertyDependencies }: Recorded, all: readonly Recorded[]) =>
  all
    .filter(({ urn }) => propertyDependencies["scope"]?.includes(urn))
    .map(({ type, name }) => type + " " + name)
    .join();
