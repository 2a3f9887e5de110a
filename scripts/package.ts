/**
 * `npm run package [-- folder]`: the zip that `pulumi up` uploads, named by its SHA-256, and beside it the bill of
 * materials that is also inside. They go to dist/packages, where `pulumi up` looks for them, or to the folder given.
 */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pack } from "./package/pack.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Whole or not at all: somebody may be uploading the same package at this moment. */
async function place(path: string, content: Buffer | string): Promise<void> {
  const draft = path + "." + String(process.pid) + ".draft";
  await writeFile(draft, content);
  await rename(draft, path);
}

const [folder = join(root, "dist", "packages")] = process.argv.slice(2);
const { digest, zip, bill } = await pack(root);
await mkdir(folder, { recursive: true });
await place(join(folder, digest + ".cdx.json"), bill);
await place(join(folder, digest + ".zip"), zip);
process.stdout.write(
  [
    join(folder, digest + ".zip"),
    "digest " + digest,
    "size " + (zip.length / 1e6).toFixed(2) + " MB",
    "To run it, say in the stack file:",
    "  release: {site: " + digest + "}",
    "",
  ].join("\n"),
);
