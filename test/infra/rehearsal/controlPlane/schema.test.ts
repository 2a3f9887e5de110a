import { expect, test } from "vitest";
import { AZURE_KINDS } from "../../../../infra/rehearsal/resourceTypes/kinds.ts";
import { ENTRA_KINDS } from "../../../../infra/rehearsal/entra/kinds.ts";
import { azureadSchema, azureNativeSchema } from "../../../../infra/rehearsal/schema/generate.ts";
import { readSchema } from "../../../../infra/rehearsal/schema/shape.ts";

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
