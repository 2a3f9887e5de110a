/** Packages in a folder, where `pulumi up` looks for them: each a zip named by its digest, its bill of materials beside it. */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Artifact } from "./pack.ts";

/** The zip's path. It counts as the one that was built last, also when it was there before. */
export async function keepPackage({ digest, zip, bill }: Artifact, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await whole(join(folder, digest + ".cdx.json"), bill);
  await whole(join(folder, digest + ".zip"), zip);
  return join(folder, digest + ".zip");
}

/** Whole or not at all: somebody may be uploading the same package at this moment. */
async function whole(path: string, content: Buffer | string): Promise<void> {
  const draft = path + "." + String(process.pid) + ".draft";
  await writeFile(draft, content);
  await rename(draft, path);
}
