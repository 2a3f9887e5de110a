/**
 * The schemas by which inputs are checked. To parse a package's typings takes seconds, so the result is kept under `.cache`
 * until the package, the types or the parser are others.
 */
import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Kind } from "../controlPlane/model.ts";
import type { PackageName, PackageSchema } from "./shape.ts";

const FOLDER = new URL("../../../../.cache/rehearsal-schema/", import.meta.url);
const PARSER = ["generate.ts", "shapes.ts"].map((file) => fileURLToPath(new URL(file, import.meta.url)));

/**
 * @param kinds the types to describe; those of other packages are left out
 * @throws Error for a type that the installed package does not have
 */
export async function schemaOf(name: PackageName, kinds: readonly Kind[]): Promise<PackageSchema> {
  const tokens = kinds.map(({ token }) => token).filter((token) => token.startsWith(name + ":"));
  const described = createRequire(import.meta.url).resolve(`@pulumi/${name}/package.json`);
  const texts = await Promise.all([described, ...PARSER].map((file) => readFile(file, "utf8")));
  const key = createHash("sha256")
    .update(JSON.stringify([texts, tokens]))
    .digest("hex");
  const file = new URL(`${name}-${key}.json`, FOLDER);
  if (existsSync(file)) return JSON.parse(await readFile(file, "utf8")) as PackageSchema;
  const { generated } = await import("./generate.ts");
  const schema = generated(name, tokens);
  await keep(file, JSON.stringify(schema));
  return schema;
}

/** Writes the file at once, since several processes may make it at the same time. */
async function keep(file: URL, text: string): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const written = new URL(randomUUID(), FOLDER);
  await writeFile(written, text);
  await rename(written, file);
}
