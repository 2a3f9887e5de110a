import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { parseStack, STACK_KEY } from "../../infra/stack.ts";

const folder = fileURLToPath(new URL("../../stacks/", import.meta.url));
const files = (await readdir(folder)).filter((name) => name.endsWith(".yaml"));
const textOf = (name: string) => readFile(folder + name, "utf8");
const fileOf = async (name: string) => parse(await textOf(name)) as { config: Record<string, unknown> };

async function editor() {
  const ajv = new Ajv2020();
  formats.default(ajv);
  return ajv.compile(JSON.parse(await textOf("stack.schema.json")) as object);
}

test("there are a laptop's two stacks, a commented sample, and an invented hospital's two", () => {
  expect(files.sort()).toEqual(
    ["empty", "lamna-production", "lamna-test", "local", "sample"].map(
      (stack) => "Pulumi." + stack + ".yaml",
    ),
  );
});

test.each(files)("%s can be used as it is", async (name) => {
  const { config } = await fileOf(name);
  expect(parseStack(config[STACK_KEY])).toMatchObject({ ok: true });
});

test.each(files)("an editor finds nothing to mark in %s", async (name) => {
  const validate = await editor();
  expect({ valid: validate(await fileOf(name)), errors: validate.errors }).toEqual({
    valid: true,
    errors: null,
  });
});

test("an editor marks a key that is not a setting", async () => {
  const validate = await editor();
  const { config } = await fileOf("Pulumi.sample.yaml");
  expect(validate({ config: { [STACK_KEY]: { ...(config[STACK_KEY] as object), conections: [] } } })).toBe(
    false,
  );
});

test.each(files)("%s holds nothing that is encrypted, only names", async (name) => {
  expect(await textOf(name)).not.toMatch(/secure:|encryptionsalt|encryptedkey/);
});
