/**
 * `npm run package [-- folder]`: writes the zip that `pulumi up` uploads, named by its SHA-256, and beside it the bill of
 * materials that is also inside. They are written to dist/packages, where `pulumi up` looks for them, or to the given
 * folder.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pack } from "./package/pack.ts";
import { keepPackage } from "./package/keep.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

const [folder = join(root, "dist", "packages")] = process.argv.slice(2);
const artifact = await pack(root);
process.stdout.write(
  [
    await keepPackage(artifact, folder),
    "digest " + artifact.digest,
    "size " + (artifact.zip.length / 1e6).toFixed(2) + " MB",
    "To run it, say in the stack file:",
    "  release: {site: " + artifact.digest + "}",
    "",
  ].join("\n"),
);
