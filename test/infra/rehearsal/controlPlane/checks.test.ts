/** How a provider checks inputs before it sends anything to a vendor. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ProviderDriver, driveProviders, TENANT, UNKNOWN } from "./providerDriver.ts";
import { azure, refusal } from "./makes.ts";

let driver: ProviderDriver;
beforeAll(async () => {
  driver = await driveProviders();
});
afterAll(() => driver.stop());

const group = { resourceGroupName: "rg-lamna" };
const vault = { ...group, location: "eastus2" };
const sku = { family: "A", name: "standard" };

test.each([
  ["keyvault:Vault", { ...group }, "missing required property 'properties'"],
  ["keyvault:Vault", { ...vault, properties: { sku } }, "missing required property 'properties.tenantId'"],
  [
    "keyvault:Vault",
    { ...vault, properties: { sku, tenantId: TENANT, enablePurge: true } },
    "unknown property 'properties.enablePurge'",
  ],
  [
    "keyvault:Vault",
    { ...vault, properties: { sku, tenantId: TENANT, enableSoftDelete: "yes" } },
    "'properties.enableSoftDelete' should be of type 'boolean' but got a string",
  ],
  [
    "keyvault:Vault",
    { ...vault, properties: { sku: { family: "A", name: "gold" }, tenantId: TENANT } },
    `'properties.sku.name' is "gold", which is not one of standard, premium`,
  ],
  [
    "web:WebApp",
    { ...vault, siteConfig: { ipSecurityRestrictions: {} } },
    "'siteConfig.ipSecurityRestrictions' should be of type 'array' but got an object",
  ],
  ["web:WebApp", { ...vault, siteConfig: { alwaysOm: true } }, "unknown property 'siteConfig.alwaysOm'"],
  [
    "web:WebAppApplicationSettings",
    { ...group, name: "app", properties: { PORT: 8080 } },
    "'properties.PORT' should be of type 'string' but got a number",
  ],
  [
    "cosmosdb:DatabaseAccount",
    { ...vault, databaseAccountOfferType: "Standard", locations: [], backupPolicy: { type: "Continous" } },
    "'backupPolicy' is none of the types that it may be",
  ],
  [
    "cosmosdb:DatabaseAccount",
    {
      ...vault,
      databaseAccountOfferType: "Standard",
      locations: [],
      backupPolicy: { type: "Continuous", continuousModeProperties: { tier: "Continuous90Days" } },
    },
    `'backupPolicy.continuousModeProperties.tier' is "Continuous90Days"`,
  ],
  [
    "storage:StorageAccount",
    { ...vault, kind: "StorageV2", sku: { name: "Standard_LRS" }, accountName: "st-lamna" },
    "'accountName' does not match expression '^[a-z0-9]+$'",
  ],
  [
    "storage:StorageAccount",
    { ...vault, kind: "StorageV2", sku: { name: "Standard_LRS" }, accountName: "a".repeat(25) },
    "'accountName' is too long (25): at most 24 characters allowed",
  ],
  [
    "keyvault:Vault",
    { ...vault, vaultName: "kv", properties: { sku, tenantId: TENANT } },
    "'vaultName' is too short (2): at least 3 characters required",
  ],
  [
    "cosmosdb:DatabaseAccount",
    { ...vault, accountName: "Cosmos", databaseAccountOfferType: "Standard", locations: [] },
    "'accountName' does not match",
  ],
  ["web:WebApp", { ...vault, name: "-app" }, "'name' does not match"],
  [
    "resources:ResourceGroup",
    { resourceGroupName: "r".repeat(91), location: "eastus2" },
    "'resourceGroupName' is too long (91)",
  ],
  [
    "resources:ResourceGroup",
    { resourceGroupName: "rg.", location: "eastus2" },
    "'resourceGroupName' does not match",
  ],
  [
    "resources:ResourceGroup",
    { ...vault, tags: { owner: "x".repeat(257) } },
    "'tags.owner' is too long (257)",
  ],
  [
    "monitor:ActionGroup",
    { ...group, enabled: true, groupShortName: "more than twelve" },
    "'groupShortName' is too long (16)",
  ],
  ["frontdoor:Policy", { ...group, policyName: "waf-lamna" }, "'policyName' does not match"],
  [
    "authorization:RoleAssignment",
    { scope: "/x", roleDefinitionId: "/y", principalId: "z", principalType: "Robot" },
    `'principalType' is "Robot"`,
  ],
])("%s with a fault is sent back: %#", async (type, inputs, words) => {
  expect(await refusal(driver.check(azure(type), "thing", inputs))).toContain(words);
});

test("all faults of a resource are said at once", async () => {
  const words = await refusal(
    driver.check(azure("keyvault:Vault"), "vault", { ...vault, properties: { colour: "red" } }),
  );
  expect(words.split("; ")).toEqual([
    "missing required property 'properties.sku'",
    "missing required property 'properties.tenantId'",
    "unknown property 'properties.colour'",
  ]);
});

test("what is not known yet is taken as fitting", async () => {
  const inputs = { resourceGroupName: UNKNOWN, location: UNKNOWN, properties: UNKNOWN, vaultName: UNKNOWN };
  expect(await driver.check(azure("keyvault:Vault"), "vault", inputs)).toMatchObject(inputs);
});

test("a type that no table knows is named, with where to add it", async () => {
  expect(await refusal(driver.check(azure("web:StaticSite"), "site", {}))).toContain(
    "no azure-native:web:StaticSite: add it to a table of infra/rehearsal/azure/resourceTypes",
  );
});

test("a directory object is checked by its own package's typings", async () => {
  const token = "azuread:index/application:Application";
  expect(await refusal(driver.check(token, "app", { webb: {} }))).toBe(
    "missing required property 'displayName'; unknown property 'webb'",
  );
});
