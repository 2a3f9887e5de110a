/** How azure-native itself behaves: names, locations, previews, differences, refresh, import. */
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import type * as protocol from "@pulumi/pulumi/proto/provider_pb.js";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import {
  call,
  type ProviderDriver,
  driveProviders,
  SUBSCRIPTION,
  TENANT,
  UNKNOWN,
} from "./providerDriver.ts";
import { azure, makes, refusal } from "./makes.ts";

const GROUP = azure("resources:ResourceGroup");
const IDENTITY = azure("managedidentity:UserAssignedIdentity");
const group = { resourceGroupName: "rg-lamna", location: "eastus2" };

let driver: ProviderDriver;
let make: ReturnType<typeof makes>;
beforeEach(async () => {
  driver = await driveProviders();
  make = makes(driver);
});
afterEach(() => driver.stop());

test("a provider takes no secrets, so that what is secret is marked by the engine alone", async () => {
  const shake = await call<protocol.ProviderHandshakeRequest, protocol.ProviderHandshakeResponse>(
    (one, done) => driver.client(GROUP).handshake(one, done),
    new messages.ProviderHandshakeRequest(),
  );
  expect(shake.getAcceptSecrets()).toBe(false);
  const configured = await call<protocol.ConfigureRequest, protocol.ConfigureResponse>(
    (one, done) => driver.client(GROUP).configure(one, done),
    new messages.ConfigureRequest(),
  );
  expect(configured.getAcceptsecrets()).toBe(false);
  expect(configured.getSupportspreview()).toBe(true);
});

test("a group comes up, is read back, changes in place and goes", async () => {
  const made = await make.group();
  expect(made.id).toBe(`/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-lamna`);
  expect(made.outputs).toMatchObject({
    name: "rg-lamna",
    location: "eastus2",
    azureApiVersion: "2024-03-01",
  });
  const tagged = await driver.update(made, { ...group, tags: { tenant: "lamna" } });
  expect(tagged.outputs).toMatchObject({ tags: { tenant: "lamna" } });
  await driver.delete(tagged);
  expect(await driver.refresh(tagged)).toBeUndefined();
});

test("a rehearsal is an update without a preview: there a preview is refused, and an import finds nothing", async () => {
  const rehearsal = await driveProviders({ more: (provider) => provider });
  onTestFinished(() => rehearsal.stop());
  const made = await rehearsal.create(GROUP, "group", group);
  const refused = "A rehearsal is an update without a preview.";
  await expect(rehearsal.preview(GROUP, "two", { ...group, resourceGroupName: "rg-two" })).rejects.toThrow(
    refused,
  );
  await expect(rehearsal.previewUpdate(made, { ...group, tags: { tenant: "lamna" } })).rejects.toThrow(
    refused,
  );
  expect(await rehearsal.import(GROUP, made.id)).toBeUndefined();
});

test("deleting what is gone already is as good", async () => {
  const made = await make.group();
  await driver.delete(made);
  await expect(driver.delete(made)).resolves.toBeUndefined();
});

test("a name that is left out is the resource's own with eight characters, the same in preview and up", async () => {
  await make.group();
  const one = await driver.check(IDENTITY, "app", { resourceGroupName: "rg-lamna" });
  expect(one["resourceName"]).toMatch(/^app[0-9a-f]{8}$/);
  expect(one["__createBeforeDelete"]).toBe(true);
  expect(await driver.check(IDENTITY, "app", { resourceGroupName: "rg-lamna" })).toEqual(one);
  expect(
    await driver.check(
      IDENTITY,
      "app",
      { resourceGroupName: "rg-lamna" },
      { ...one, resourceName: "app0be13545" },
    ),
  ).toMatchObject({
    resourceName: "app0be13545",
    __createBeforeDelete: true,
  });
});

test("a role assignment without a name gets a uuid", async () => {
  const inputs = { scope: "/subscriptions/x", principalId: "p", roleDefinitionId: "r" };
  const checked = await driver.check(azure("authorization:RoleAssignment"), "role", inputs);
  expect(checked["roleAssignmentName"]).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});

test.each([
  ["a name that is only proposed is taken", "propose", "lamna-app"],
  ["a name that is enforced is taken", "enforce", "lamna-app"],
] as const)("%s", async (_title, mode, wanted) => {
  expect(await autonamed(mode)).toBe(wanted);
});

test("without auto-naming a missing name stays missing", async () => {
  expect(await autonamed("disable")).toBeUndefined();
});

async function autonamed(mode: "propose" | "enforce" | "disable"): Promise<unknown> {
  const { Mode } = messages.CheckRequest.AutonamingOptions;
  const modes = { propose: Mode.PROPOSE, enforce: Mode.ENFORCE, disable: Mode.DISABLE };
  const request = new messages.CheckRequest()
    .setUrn(`urn:pulumi:a::b::${IDENTITY}::app`)
    .setAutonaming(
      new messages.CheckRequest.AutonamingOptions().setMode(modes[mode]).setProposedName("lamna-app"),
    );
  const answer = await call<protocol.CheckRequest, protocol.CheckResponse>(
    (one, done) => driver.client(IDENTITY).check(one, done),
    request,
  );
  return answer.getInputs()?.toJavaScript()["resourceName"];
}

test("a location that is left out is the group's, and unknown while the group is", async () => {
  await make.group();
  expect(await driver.check(IDENTITY, "app", { resourceGroupName: "rg-lamna" })).toMatchObject({
    location: "eastus2",
  });
  expect(await driver.check(IDENTITY, "app", { resourceGroupName: UNKNOWN })).toMatchObject({
    location: UNKNOWN,
  });
});

test("the stack's own default location goes before the group's", async () => {
  await make.group();
  const request = new messages.ConfigureRequest();
  request.getVariablesMap().set("azure-native:config:location", "westus3");
  await call<protocol.ConfigureRequest, protocol.ConfigureResponse>(
    (one, done) => driver.client(GROUP).configure(one, done),
    request,
  );
  expect(await driver.check(IDENTITY, "app", { resourceGroupName: "rg-lamna" })).toMatchObject({
    location: "westus3",
  });
});

test("a preview shows what was said and leaves the rest unknown, also inside", async () => {
  const seen = await driver.preview(azure("keyvault:Vault"), "vault", {
    ...group,
    vaultName: "kv-lamna",
    properties: { tenantId: TENANT, sku: { family: "A", name: "standard" }, enablePurgeProtection: true },
  });
  expect(seen).toMatchObject({
    location: "eastus2",
    name: UNKNOWN,
    type: UNKNOWN,
    properties: {
      tenantId: TENANT,
      enablePurgeProtection: true,
      vaultUri: UNKNOWN,
      publicNetworkAccess: UNKNOWN,
    },
  });
  expect(driver.cloud.all(azure("keyvault:Vault"))).toEqual([]);
});

test("of an update's preview only name and location are known beside what was said", async () => {
  await make.group();
  const vault = await make.vault();
  const seen = await driver.previewUpdate(vault, { ...vault.inputs, tags: { tenant: "lamna" } });
  expect(seen).toMatchObject({
    name: "kv-lamna",
    location: "eastus2",
    tags: { tenant: "lamna" },
    type: UNKNOWN,
  });
  expect(driver.cloud.find(vault.id)?.properties["tags"]).toEqual({});
});

test("what is there already is not made again", async () => {
  const made = await make.group();
  expect(await refusal(make.group())).toContain(`cannot create already existing resource '${made.id}'`);
});

test("a request says all: what it leaves out goes back to the vendor's default", async () => {
  await make.group();
  const account = await make.storage("stlamna", { allowSharedKeyAccess: false, minimumTlsVersion: "TLS1_1" });
  expect(account.outputs).toMatchObject({ allowSharedKeyAccess: false, minimumTlsVersion: "TLS1_1" });
  const { allowSharedKeyAccess: _key, minimumTlsVersion: _tls, ...rest } = account.inputs;
  const updated = await driver.update(account, rest);
  expect(updated.outputs).not.toHaveProperty("allowSharedKeyAccess");
  expect(updated.outputs["minimumTlsVersion"]).toBe("TLS1_2");
});

test("the same inputs make no difference, however the vendor writes its answer", async () => {
  await make.group();
  const account = await make.account();
  expect(account.outputs["location"]).toBe("East US 2");
  expect((await driver.diff(account, account.inputs)).changed).toEqual([]);
  expect((await driver.diff(account, { ...account.inputs, location: "East US 2" })).changed).toEqual([]);
});

test("a name or a location that changes needs another resource, which is deleted first unless its name is random", async () => {
  await make.group();
  const named = await make.identity();
  expect(await driver.diff(named, { ...named.inputs, location: "westus3" })).toMatchObject({
    replaces: ["location"],
    deleteBeforeReplace: true,
  });
  expect((await driver.diff(named, { ...named.inputs, resourceName: "id-other" })).replaces).toEqual([
    "resourceName",
  ]);
  const random = await driver.create(IDENTITY, "app", { resourceGroupName: "rg-lamna" });
  expect((await driver.diff(random, { ...random.inputs, location: "westus3" })).deleteBeforeReplace).toBe(
    false,
  );
});

test.each([
  [
    "cosmosdb:SqlResourceSqlContainer",
    { resource: { partitionKey: { paths: ["/id"] } } },
    { resource: { partitionKey: { paths: ["/tenant"] } } },
    ["resource"],
  ],
  [
    "communication:CommunicationService",
    { dataLocation: "Europe" },
    { dataLocation: "Germany" },
    ["dataLocation"],
  ],
  ["web:WebApp", { kind: "app" }, { kind: "app,linux" }, ["kind"]],
  [
    "authorization:RoleAssignment",
    { principalId: "a", scope: "/s" },
    { principalId: "b", scope: "/s" },
    ["principalId"],
  ],
  ["web:WebApp", { httpsOnly: false }, { httpsOnly: true }, []],
] as const)("which change of %s needs another one: %#", async (type, before, after, replaces) => {
  const request = new messages.DiffRequest()
    .setUrn(`urn:pulumi:a::b::${azure(type)}::thing`)
    .setOlds(new messages.DiffRequest().getOlds());
  const { Struct } = (await import("google-protobuf/google/protobuf/struct_pb.js")).default;
  const answer = await call<protocol.DiffRequest, protocol.DiffResponse>(
    (one, done) => driver.client(azure(type)).diff(one, done),
    request.setOldInputs(Struct.fromJavaScript(before)).setNews(Struct.fromJavaScript(after)),
  );
  expect(answer.getReplacesList()).toEqual(replaces);
});

test("a refresh copies what changed at the vendor's, and nothing of what the vendor filled in", async () => {
  await make.group();
  const account = await make.storage();
  const same = await driver.refresh(account);
  expect(same?.inputs).toEqual(account.inputs);
  await driver.cloud.change(account.id, { allowBlobPublicAccess: true, minimumTlsVersion: "TLS1_1" });
  const drifted = await driver.refresh(account);
  expect(drifted?.inputs).toEqual({
    ...account.inputs,
    allowBlobPublicAccess: true,
    minimumTlsVersion: "TLS1_1",
  });
  expect((await driver.diff(drifted ?? account, account.inputs)).changed.toSorted()).toEqual([
    "allowBlobPublicAccess",
    "minimumTlsVersion",
  ]);
});

test("an identity that was added behind the engine's back shows in the list that the program writes", async () => {
  await make.group();
  const [one, two] = [await make.identity("id-one"), await make.identity("id-two")];
  const account = await make.account("cosmos-lamna", {
    identity: { type: "UserAssigned", userAssignedIdentities: [one.id] },
  });
  await driver.cloud.change(account.id, { identity: { userAssignedIdentities: { [two.id]: {} } } });
  const drifted = await driver.refresh(account);
  expect(drifted?.inputs).toMatchObject({ identity: { userAssignedIdentities: [one.id, two.id] } });
});

test("an import finds the inputs in the id and in the answer", async () => {
  const made = await driver.create(GROUP, "group", { ...group, tags: { tenant: "lamna" } });
  const found = await driver.import(GROUP, made.id);
  expect(found?.inputs).toEqual({
    resourceGroupName: "rg-lamna",
    location: "eastus2",
    tags: { tenant: "lamna" },
  });
  expect((await driver.diff(found ?? made, { ...group, tags: { tenant: "lamna" } })).changed).toEqual([]);
});

test("an import of what is not there finds nothing", async () => {
  expect(await driver.import(GROUP, "/subscriptions/x/resourceGroups/rg-none")).toBeUndefined();
});
