/**
 * Keeps packages in a folder where `pulumi up` looks for them: each as a zip named by its digest, with its bill of materials
 * beside it.
 */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Artifact } from "./pack.ts";

/** Writes the package, and returns the zip's path. It becomes the one that was built last, even if it existed before. */
export async function keepPackage({ digest, zip, bill }: Artifact, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await whole(join(folder, digest + ".cdx.json"), bill);
  await whole(join(folder, digest + ".zip"), zip);
  return join(folder, digest + ".zip");
}

/** Writes a file as a whole or not at all, because somebody may be uploading the same package at the moment. */
async function whole(path: string, content: Buffer | string): Promise<void> {
  const draft = path + "." + String(process.pid) + ".draft";
  await writeFile(draft, content);
  await rename(draft, path);
}
