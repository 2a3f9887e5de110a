/** Writes the schemas by which the rehearsal checks inputs, from the typings of the installed packages. */
import { writeFile } from "node:fs/promises";
import { format } from "prettier";
import { azureNativeSchema, azureadSchema } from "../infra/rehearsal/azure/schema/generate.ts";
import { schemaFile } from "../infra/rehearsal/azure/schema/shape.ts";

await Promise.all(
  (
    [
      ["azure-native", azureNativeSchema()],
      ["azuread", azureadSchema()],
    ] as const
  ).map(async ([name, schema]) =>
    writeFile(schemaFile(name), await format(JSON.stringify(schema), { parser: "json", printWidth: 110 })),
  ),
);
