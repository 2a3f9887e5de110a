/** The defaults that App Service has when a program says little, and what it refuses. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { settingsOf } from "../../../../infra/rehearsal/azure/resourceTypes/siteConfig.ts";
import { stickyOf } from "../../../azure/swap.ts";
import { swap } from "../../../azure/swap.ts";
import { type ProviderDriver, type Kept, driveProviders } from "./providerDriver.ts";
import { azure, makes, refusal } from "./makes.ts";

let driver: ProviderDriver;
let make: ReturnType<typeof makes>;
let plan: Kept;
beforeEach(async () => {
  driver = await driveProviders();
  make = makes(driver);
  await make.group();
  plan = await make.plan();
});
afterEach(() => driver.stop());

const SITE = { resourceGroupName: "rg-lamna", name: "app-lamna" };
const settings = (properties: Record<string, string>) =>
  driver.create(azure("web:WebAppApplicationSettings"), "settings", { ...SITE, properties });

test("a site whose program says nothing is open in every way that Azure leaves open", async () => {
  const site = await make.site(plan);
  expect(site.outputs).toMatchObject({
    location: "East US 2",
    defaultHostName: "app-lamna.azurewebsites.net",
    httpsOnly: false,
    clientAffinityEnabled: true,
    publicNetworkAccess: "Enabled",
    siteConfig: { alwaysOn: false, http20Enabled: false },
  });
  // The answer hides most of the configuration, which has the open defaults nevertheless.
  expect(site.outputs["siteConfig"]).not.toHaveProperty("ftpsState");
  expect(driver.cloud.find(site.id)?.properties["siteConfig"]).toMatchObject({
    ipSecurityRestrictions: [{ action: "Allow", ipAddress: "Any", priority: 2147483647 }],
  });
});

test("a plan counts its sites, and stays as long as there are any", async () => {
  const site = await make.site(plan);
  expect((await driver.refresh(plan))?.outputs).toMatchObject({
    numberOfSites: 1,
    maximumNumberOfWorkers: 30,
  });
  expect(await refusal(driver.delete(plan))).toContain('Code="Conflict"');
  await driver.delete(site);
  await driver.delete(plan);
  expect(driver.cloud.find(plan.id)).toBeUndefined();
});

test("drift of settings is unseen in the site and seen in its settings", async () => {
  const site = await make.site(plan, { siteConfig: { appSettings: [{ name: "OLD", value: "1" }] } });
  const set = await settings({ PORT: "8080" });
  await driver.cloud.change(set.id, { properties: { PORT: "9090" } });
  expect((await driver.refresh(site))?.inputs).toEqual(site.inputs);
  expect((await driver.refresh(set))?.inputs).toMatchObject({ properties: { PORT: "9090" } });
});

test("settings are replaced whole, so what is no longer named is gone", async () => {
  const site = await make.site(plan, {});
  const set = await settings({ PORT: "8080", MODE: "a" });
  expect(set.outputs).toEqual({
    azureApiVersion: "2025-05-01",
    name: "appsettings",
    properties: { PORT: "8080", MODE: "a" },
    type: "Microsoft.Web/sites/config",
  });
  await driver.update(set, { ...SITE, properties: { PORT: "8081" } });
  const resource = driver.cloud.find(site.id);
  expect(resource && settingsOf(resource, driver.cloud)).toEqual({ PORT: "8081" });
});

test("a new slot is empty: no package, no settings of its own", async () => {
  await make.site(plan);
  await settings({ WEBSITE_RUN_FROM_PACKAGE: "https://stlamna.blob.core.windows.net/packages/one.zip" });
  const slot = await make.make("web:WebAppSlot", "staging", {
    ...SITE,
    slot: "staging",
    location: "eastus2",
    kind: "app,linux",
    serverFarmId: plan.id,
  });
  expect(slot.outputs).toMatchObject({
    name: "app-lamna/staging",
    defaultHostName: "app-lamna-staging.azurewebsites.net",
  });
  const resource = driver.cloud.find(slot.id);
  expect(resource && settingsOf(resource, driver.cloud)).toEqual({});
});

test("a swap exchanges what runs and leaves what is sticky", async () => {
  const site = await make.site(plan);
  const address = { resourceGroupName: "rg-lamna", name: "app-lamna", slot: "staging" };
  const slot = await make.make("web:WebAppSlot", "staging", {
    ...address,
    location: "eastus2",
    kind: "app,linux",
    serverFarmId: plan.id,
  });
  const set = await settings({ PACKAGE: "one", WORKER: "on" });
  const staged = await driver.create(azure("web:WebAppApplicationSettingsSlot"), "staged", {
    ...address,
    properties: { PACKAGE: "two", WORKER: "off", NEW: "1" },
  });
  await make.make("web:WebAppSlotConfigurationNames", "sticky", { ...SITE, appSettingNames: ["WORKER"] });
  const [here, there] = [driver.cloud.find(site.id), driver.cloud.find(slot.id)];
  if (here === undefined || there === undefined) throw new Error("site and slot are not there");
  await swap(here, there, driver.cloud);
  expect((await driver.refresh(set))?.inputs["properties"]).toEqual({
    PACKAGE: "two",
    WORKER: "on",
    NEW: "1",
  });
  expect((await driver.refresh(staged))?.inputs["properties"]).toEqual({ PACKAGE: "one", WORKER: "off" });
  expect((await driver.refresh(site))?.inputs).toEqual(site.inputs);
});

test("sticky names are the site's", async () => {
  const site = await make.site(plan);
  const names = await make.make("web:WebAppSlotConfigurationNames", "sticky", {
    ...SITE,
    appSettingNames: ["WORKER"],
  });
  expect(names.outputs).toMatchObject({
    name: "app-lamna",
    type: "Microsoft.Web/sites",
    connectionStringNames: [],
  });
  const resource = driver.cloud.find(site.id);
  expect(resource && stickyOf(resource, driver.cloud)).toEqual(["WORKER"]);
});

test("a site goes with all that hangs on it", async () => {
  const site = await make.site(plan);
  const set = await settings({ PORT: "8080" });
  await driver.delete(site);
  expect(driver.cloud.find(set.id)).toBeUndefined();
});

test("a site's name is its address, so it is taken once in the world", async () => {
  await make.site(plan);
  await make.group("rg-other");
  expect(await refusal(make.site(plan, { resourceGroupName: "rg-other" }))).toContain(
    "Website with given name app-lamna already exists.",
  );
});

test.each([
  ["no plan", { serverFarmId: "" }, "MissingParameter"],
  [
    "a plan that is not there",
    { serverFarmId: "/subscriptions/x/resourceGroups/rg/providers/Microsoft.Web/serverfarms/none" },
    'Code="NotFound"',
  ],
  ["a plan elsewhere", { location: "westus3" }, "ServerFarmLocationMismatch"],
  ["a plan of another system", { kind: "app" }, "LinuxPlanMismatch"],
  ["a location that Azure does not know", { location: "moonbase" }, "LocationNotAvailableForResourceType"],
  [
    "a subnet that is not there",
    { virtualNetworkSubnetId: "/subscriptions/x/none" },
    "LinkedResourceNotFound",
  ],
  [
    "an identity that is not there",
    { identity: { type: "UserAssigned", userAssignedIdentities: ["/subscriptions/x/none"] } },
    "FailedIdentityOperation",
  ],
  [
    "a vault's reader that is not its own",
    { keyVaultReferenceIdentity: "/subscriptions/x/none" },
    "KeyVaultReferenceIdentityNotAssigned",
  ],
  [
    "a rule with half an address",
    { siteConfig: { ipSecurityRestrictions: [{ ipAddress: "198.51.100.7" }] } },
    "is not a valid CIDR",
  ],
  [
    "a rule for nobody",
    { siteConfig: { ipSecurityRestrictions: [{ action: "Deny" }] } },
    "must have an IP address, a service tag or a subnet",
  ],
])("a site is refused with %s", async (_what, more, words) => {
  expect(await refusal(make.site(plan, more))).toContain(words);
});

test("a site's subnet is delegated to it, and cannot go while it is used", async () => {
  await make.network();
  const plain = await make.subnet("plain", "10.20.1.0/24");
  expect(await refusal(make.site(plan, { virtualNetworkSubnetId: plain.id }))).toContain(
    "is missing required delegation: Microsoft.Web/serverFarms",
  );
  const app = await make.subnet("app", "10.20.2.0/24", {
    delegations: [{ name: "app", serviceName: "Microsoft.Web/serverFarms" }],
  });
  const site = await make.site(plan, { virtualNetworkSubnetId: app.id });
  expect(await refusal(driver.delete(app))).toContain("InUseSubnetCannotBeDeleted");
  expect(await refusal(driver.update(app, { ...app.inputs, delegations: [] }))).toContain(
    "SubnetDelegationsCannotChange",
  );
  await driver.delete(site);
  await driver.delete(app);
  expect(driver.cloud.find(app.id)).toBeUndefined();
});

test.each([
  ["a size that is not sold", { sku: { name: "P9v9" } }, "invalid value 'P9v9'"],
  ["Linux without saying reserved", { reserved: false }, "must set the property 'reserved'"],
  ["zones on a small size", { sku: { name: "B1" }, zoneRedundant: true }, "ZoneRedundancyNotSupported"],
])("a plan is refused with %s", async (_what, more, words) => {
  expect(await refusal(make.plan("plan-other", more))).toContain(words);
});

test("a small plan has no slots", async () => {
  const small = await make.plan("plan-small", { sku: { name: "B1" } });
  await make.site(small);
  const slot = { ...SITE, slot: "staging", location: "eastus2", kind: "app,linux", serverFarmId: small.id };
  expect(await refusal(make.make("web:WebAppSlot", "staging", slot))).toContain("exceed the number of slots");
});

test("a free plan keeps nothing awake and reaches into no network", async () => {
  const free = await make.plan("plan-free", { sku: { name: "F1" } });
  await make.network();
  const app = await make.subnet("app", "10.20.2.0/24", {
    delegations: [{ name: "app", serviceName: "Microsoft.Web/serverFarms" }],
  });
  expect(await refusal(make.site(free, { siteConfig: { alwaysOn: true } }))).toContain(
    "AlwaysOn cannot be set",
  );
  expect(await refusal(make.site(free, { virtualNetworkSubnetId: app.id }))).toContain(
    "VnetIntegrationNotSupported",
  );
});

test("a site's network is in its own region", async () => {
  await make.network({ location: "westus3" });
  const app = await make.subnet("app", "10.20.2.0/24", {
    delegations: [{ name: "app", serviceName: "Microsoft.Web/serverFarms" }],
  });
  expect(await refusal(make.site(plan, { virtualNetworkSubnetId: app.id }))).toContain(
    "VnetLocationMismatch",
  );
});

test("a setting's name has letters, digits and a few signs", async () => {
  await make.site(plan);
  expect(await refusal(settings({ "MY SETTING": "1" }))).toContain("AppSetting with name(s) 'MY SETTING'");
});

test("what belongs to a site needs the site", async () => {
  expect(await refusal(settings({ PORT: "8080" }))).toContain('Code="ParentResourceNotFound"');
});
