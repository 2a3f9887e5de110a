/** Inputs are checked against the typings of the installed packages, which are parsed once and cached. */
import { expect, test } from "vitest";
import { AZURE_KINDS } from "../../../../infra/rehearsal/azure/resourceTypes/kinds.ts";
import { ENTRA_KINDS } from "../../../../infra/rehearsal/azure/entra/kinds.ts";
import { generated } from "../../../../infra/rehearsal/azure/schema/generate.ts";
import { schemaOf } from "../../../../infra/rehearsal/azure/schema/schemaOf.ts";

const KINDS = [...AZURE_KINDS, ...ENTRA_KINDS];

test.each([
  ["azure-native", AZURE_KINDS],
  ["azuread", ENTRA_KINDS],
] as const)(
  "what is kept of %s is what its typings say, for each type that has rules",
  async (name, kinds) => {
    const kept = await schemaOf(name, KINDS);
    const tokens = kinds.map(({ token }) => token);
    expect(kept).toEqual(generated(name, tokens));
    expect(Object.keys(kept.resources)).toEqual(tokens);
    expect(await schemaOf(name, KINDS)).toEqual(kept);
  },
);

test("typings say what is required, nested, listed and closed", async () => {
  const { resources, types, enums } = await schemaOf("azure-native", KINDS);
  const { apiVersion, inputs, outputs } = resources["azure-native:keyvault:Vault"] ?? {};
  expect(apiVersion).toMatch(/^\d{4}-\d\d-\d\d$/u);
  expect(inputs).toMatchObject({ resourceGroupName: "string", properties: "@keyvault.VaultPropertiesArgs" });
  expect(outputs).toMatchObject({ "tags?": { map: "string" } });
  expect(types["keyvault.VaultPropertiesArgs"]).toMatchObject({
    tenantId: "string",
    "enableSoftDelete?": "boolean",
  });
  expect(enums["keyvault.SkuName"]).toEqual(["standard", "premium"]);
});

test("a type that the installed package does not have is named", () => {
  expect(() => generated("azure-native", ["azure-native:web:Nothing"])).toThrow(
    "No typings for azure-native:web:Nothing",
  );
});
