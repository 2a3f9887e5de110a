/**
 * The package that a deployment runs: bundle, files for browsers, bill of materials and licenses in one zip, named by its
 * SHA-256.
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import * as z from "zod";
import { billOfMaterials, type Product } from "./billOfMaterials.ts";
import { bundle } from "./bundle.ts";
import { notices } from "./notices.ts";
import { shipped } from "./shipped.ts";
import { zipped, type Files } from "./zip.ts";

export interface Artifact {
  /**
   * SHA-256 of the zip. It is the zip's name, the value in a stack file's `release`, the setting PACKAGE_DIGEST, and part of
   * the answer of /healthz.
   */
  readonly digest: string;
  readonly zip: Buffer;
  readonly files: Files;
  /** The bill of materials in CycloneDX as JSON; also in the zip. */
  readonly bill: string;
}

const productSchema = z.object({ name: z.string(), version: z.string(), license: z.string() });

/**
 * The same sources and packages give the same bytes on any machine, in any folder, time zone and language.
 * @param root the folder with `app`, `package.json` and its lock
 */
export async function pack(root: string): Promise<Artifact> {
  const product = productSchema.parse(JSON.parse(await readFile(join(root, "package.json"), "utf8")));
  const { code, meta } = await bundle(root);
  const inside = await shipped(root, meta);
  const bill = billOfMaterials(product, inside);
  const files = new Map<string, Uint8Array>([
    ["connector.js", code],
    ...(await publicFiles(root)),
    ["package.json", Buffer.from(manifest(product))],
    ["sbom.cdx.json", Buffer.from(bill)],
    ["THIRD-PARTY-NOTICES.txt", Buffer.from(notices(inside.packages))],
  ]);
  const zip = await zipped(files);
  return { digest: createHash("sha256").update(zip).digest("hex"), zip, files, bill };
}

async function publicFiles(root: string): Promise<[string, Uint8Array][]> {
  const folder = join(root, "app", "public");
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths.map(async (path) => {
      const name = ["public", ...relative(folder, path).split(sep)].join("/");
      return [name, await readFile(path)] as [string, Uint8Array];
    }),
  );
}

/** The package.json that tells Node that connector.js is an ES module, and people what it is. */
function manifest({ name, version, license }: Product): string {
  return JSON.stringify({ name, version, license, private: true, type: "module" }, undefined, 2) + "\n";
}
