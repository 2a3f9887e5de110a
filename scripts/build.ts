/** `npm run build`: writes the package unpacked into dist/connector, as it is where a deployment runs it. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { pack } from "./package/pack.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

export interface Source {
  /** The folder that `app`, `package.json` and its lock are in. */
  readonly root: string;
  readonly out: string;
}

export interface Package {
  /** Path of the bundle that Node 24 runs. */
  readonly file: string;
  /** SHA-256 of the zip that `npm run package` makes of the same sources. */
  readonly digest: string;
  /** Size of that zip. */
  readonly bytes: number;
}

export async function build(
  source: Source = { root, out: join(root, "dist", "connector") },
): Promise<Package> {
  const { digest, zip, files } = await pack(source.root);
  await rm(source.out, { recursive: true, force: true });
  for (const [name, content] of files) {
    const path = join(source.out, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
  return { file: join(source.out, "connector.js"), digest, bytes: zip.length };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { file, digest, bytes } = await build();
  process.stdout.write([relative(root, file), String(bytes) + " bytes", digest].join("  ") + "\n");
}
