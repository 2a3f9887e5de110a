/** Groups, identities, roles, locks, budgets, and what watches over them. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { DEPLOYER, type ProviderDriver, driveProviders, SUBSCRIPTION } from "./providerDriver.ts";
import { azure, makes, refusal } from "./makes.ts";

let driver: ProviderDriver;
let make: ReturnType<typeof makes>;
const PERSON = "7d0c5a1e-0000-4000-8000-00000000a001";
beforeEach(async () => {
  driver = await driveProviders({ principals: [{ objectId: PERSON, type: "User" }] });
  make = makes(driver);
});
afterEach(() => driver.stop());

const whole = `/subscriptions/${SUBSCRIPTION}`;
const role = (id: string) => `${whole}/providers/Microsoft.Authorization/roleDefinitions/${id}`;
const READER = role("acdd72a7-3385-48ef-bd42-f606fba81ae7");

test("a group is somewhere that Azure knows, in the subscription that it is told", async () => {
  const nowhere = { resourceGroupName: "rg-lamna", location: "moonbase" };
  expect(await refusal(driver.create(azure("resources:ResourceGroup"), "group", nowhere))).toContain(
    "LocationNotAvailableForResourceType",
  );
  expect(await refusal(make.identity())).toContain(
    `Code="ResourceGroupNotFound" Message="Resource group 'rg-lamna' could not be found."`,
  );
});

test("a subscription is the one that is signed in to", async () => {
  const scope = "/subscriptions/22222222-0000-4000-8000-000000000002";
  expect(await refusal(assign({ scope }))).toContain('Code="SubscriptionNotFound"');
});

test("a group that says no location has none to fall back to", async () => {
  const nowhere = { resourceGroupName: "rg-lamna" };
  expect(await refusal(driver.create(azure("resources:ResourceGroup"), "group", nowhere))).toContain(
    'Code="LocationRequired"',
  );
});

test("a resource with identities of others names at least one", async () => {
  await make.group();
  const identity = { type: "UserAssigned", userAssignedIdentities: [] };
  expect(await refusal(make.account("cosmos-lamna", { identity }))).toContain('Code="InvalidIdentityValues"');
});

test("a group goes with all that is in it, and what is in it is told to hooks", async () => {
  const gone: string[] = [];
  const token = azure("managedidentity:UserAssignedIdentity");
  const other = await driveProviders({
    hooks: { [token]: ({ operation, resource }) => void gone.push(`${operation} ${resource.name}`) },
  });
  const there = makes(other);
  const group = await there.group();
  await there.identity();
  await other.delete(group);
  expect(other.cloud.all(token)).toEqual([]);
  expect(gone).toEqual(["create id-lamna", "delete id-lamna"]);
  other.stop();
});

test("upper and lower case are the same in an id", async () => {
  const group = await make.group();
  expect(driver.cloud.find(group.id.toUpperCase())?.name).toBe("rg-lamna");
});

const lock = (scope: string, level = "CanNotDelete") =>
  driver.create(azure("authorization:ManagementLockByScope"), "lock", { scope, level, lockName: "keep" });

test("what is locked is not deleted, nor is what holds it, until the lock is gone", async () => {
  const group = await make.group();
  const vault = await make.vault();
  const kept = await lock(vault.id);
  expect(await refusal(driver.delete(vault))).toContain('Code="ScopeLocked"');
  expect(await refusal(driver.delete(group))).toContain('Code="ScopeLocked"');
  expect((await driver.update(vault, { ...vault.inputs, tags: { tenant: "lamna" } })).outputs).toMatchObject({
    tags: { tenant: "lamna" },
  });
  await driver.delete(kept);
  await driver.delete(group);
  expect(driver.cloud.find(vault.id)).toBeUndefined();
});

test("a lock against writing is a lock against changes, too", async () => {
  const group = await make.group();
  const vault = await make.vault();
  await lock(group.id, "ReadOnly");
  expect(await refusal(driver.update(vault, { ...vault.inputs, tags: { tenant: "lamna" } }))).toContain(
    'Code="ScopeLocked"',
  );
});

const assign = (inputs: object, name = "role") =>
  driver.create(azure("authorization:RoleAssignment"), name, {
    scope: whole,
    roleDefinitionId: READER,
    principalId: DEPLOYER,
    ...inputs,
  });

test("an identity can be given a role at once; somebody who is not there cannot", async () => {
  await make.group();
  const identity = await make.identity();
  const { principalId } = identity.outputs;
  expect((await assign({ principalId, principalType: "ServicePrincipal" })).outputs).toMatchObject({
    principalId,
    scope: whole,
  });
  expect(await refusal(assign({ principalId: "99999999-0000-4000-8000-000000000001" }, "other"))).toContain(
    'Code="PrincipalNotFound"',
  );
});

test("an identity that is gone is nobody", async () => {
  await make.group();
  const identity = await make.identity();
  await driver.delete(identity);
  expect(await refusal(assign({ principalId: identity.outputs["principalId"] }))).toContain(
    'Code="PrincipalNotFound"',
  );
});

test("a resource's own identity can be given a role", async () => {
  await make.group();
  const account = await make.account("cosmos-lamna", { identity: { type: "SystemAssigned" } });
  const { principalId } = account.outputs["identity"] as { principalId: string };
  expect((await assign({ principalId })).outputs).toMatchObject({ principalType: "ServicePrincipal" });
});

test("a role is given once, to a principal of the type that is said, and is one that Azure has", async () => {
  await assign({});
  expect(await refusal(assign({}, "again"))).toContain('Code="RoleAssignmentExists"');
  expect(
    await refusal(assign({ principalId: PERSON, principalType: "ServicePrincipal" }, "person")),
  ).toContain('Code="UnmatchedPrincipalType"');
  expect(
    await refusal(assign({ roleDefinitionId: role("00000000-0000-4000-8000-00000000ffff") }, "none")),
  ).toContain('Code="RoleDefinitionDoesNotExist"');
  expect(await refusal(assign({ scope: `${whole}/resourceGroups/rg-none` }, "nowhere"))).toContain(
    'Code="ResourceGroupNotFound"',
  );
});

test("who deploys can be asked for", async () => {
  expect(await driver.invoke("azure-native:authorization:getClientConfig", {})).toMatchObject({
    objectId: DEPLOYER,
    subscriptionId: SUBSCRIPTION,
  });
});

test("what is there can be asked for by name, and what is not is refused in words that a program can read", async () => {
  const service = { resourceGroupName: "rg-lamna", communicationServiceName: "acs-lamna" };
  expect(
    await refusal(
      driver.invoke("azure-native:resources:getResourceGroup", { resourceGroupName: "rg-lamna" }),
    ),
  ).toContain('Code="ResourceGroupNotFound"');
  await make.group();
  expect(
    await driver.invoke("azure-native:resources:getResourceGroup", { resourceGroupName: "rg-lamna" }),
  ).toMatchObject({ location: "eastus2" });
  const get = "azure-native:communication:getCommunicationService";
  expect(await refusal(driver.invoke(get, service))).toContain('Code="ResourceNotFound"');
  const made = await make.communication();
  expect(await driver.invoke(get, service)).toMatchObject({ id: made.id, dataLocation: "United States" });
});

test("a function that the cloud has not is named", async () => {
  await make.group();
  await make.communication();
  const args = { resourceGroupName: "rg-lamna", communicationServiceName: "acs-lamna" };
  for (const [token, words] of [
    [
      "azure-native:communication:listCommunicationService",
      "no function azure-native:communication:listCommunicationService",
    ],
    ["azure-native:compute:getVirtualMachine", "no azure-native:compute:VirtualMachine"],
    ["azuread:index/getUser:getUser", "no function azuread:index/getUser:getUser"],
  ] as const)
    expect(await refusal(driver.invoke(token, args))).toContain(words);
});

const budget = (more: object = {}) =>
  driver.create(azure("consumption:Budget"), "budget", {
    scope: whole,
    amount: 100,
    category: "Cost",
    timeGrain: "Monthly",
    timePeriod: { startDate: "2026-11-01T00:00:00Z" },
    notifications: {
      most: { enabled: true, operator: "GreaterThan", threshold: 80, contactEmails: ["owner@lamna.example"] },
    },
    ...more,
  });

test.each([
  ["starts within a month", { timePeriod: { startDate: "2026-11-15T00:00:00Z" } }, "first day of the month"],
  ["started a month ago", { timePeriod: { startDate: "2026-10-01T00:00:00Z" } }, "before the current time"],
  ["starts in two years", { timePeriod: { startDate: "2028-12-01T00:00:00Z" } }, "more than twelve months"],
  [
    "tells nobody",
    { notifications: { most: { enabled: true, operator: "GreaterThan", threshold: 80, contactEmails: [] } } },
    "must name somebody to tell",
  ],
  ["is for a group that is not there", { scope: `${whole}/resourceGroups/rg-none` }, "could not be found"],
])("a budget is refused that %s", async (_what, more, words) => {
  expect(await refusal(budget(more))).toContain(words);
});

test("a budget for the subscription stands", async () => {
  expect((await budget()).outputs).toMatchObject({ amount: 100, currentSpend: { amount: 0 } });
});
