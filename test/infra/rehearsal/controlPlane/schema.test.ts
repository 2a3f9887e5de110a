import { expect, test } from "vitest";
import { AZURE_KINDS } from "../../../../infra/rehearsal/azure/resourceTypes/kinds.ts";
import { ENTRA_KINDS } from "../../../../infra/rehearsal/azure/entra/kinds.ts";
import { azureadSchema, azureNativeSchema } from "../../../../infra/rehearsal/azure/schema/generate.ts";
import { readSchema } from "../../../../infra/rehearsal/azure/schema/shape.ts";

test("inputs are checked by the typings of the installed azure-native", () => {
  expect(readSchema("azure-native")).toEqual(azureNativeSchema());
});

test("inputs are checked by the typings of the installed azuread", () => {
  expect(readSchema("azuread")).toEqual(azureadSchema());
});

test("every type of the schema has its rules, and every rule its type", () => {
  const typed = [readSchema("azure-native"), readSchema("azuread")].flatMap((one) =>
    Object.keys(one.resources),
  );
  const ruled = [...AZURE_KINDS, ...ENTRA_KINDS].map((kind) => kind.token);
  expect(ruled.toSorted()).toEqual(typed.toSorted());
});
