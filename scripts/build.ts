/** `npm run build`: the connector as one file, with what browsers load beside it. This folder is what a deployment runs. */
import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build as bundle, type Metafile } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

export interface Source {
  /** The folder that `app/main.ts` and `app/public` are in. */
  readonly root: string;
  readonly out: string;
}

export interface Package {
  /** Path of the bundle that Node 24 runs. */
  readonly file: string;
  /** SHA-256 over every file of the package, names included: the same sources give the same digest in any folder. */
  readonly digest: string;
  readonly bytes: number;
}

export async function build(source: Source = { root, out: join(root, "dist") }): Promise<Package> {
  await rm(source.out, { recursive: true, force: true });
  await mkdir(source.out, { recursive: true });
  const meta = await bundled(source);
  refuseStrangers(meta);
  await cp(join(source.root, "app", "public"), join(source.out, "public"), { recursive: true });
  const packed = await digested(source.out);
  // What is inside, for the bill of materials; written last, since it is not part of the package.
  await writeFile(join(source.out, "meta.json"), JSON.stringify(meta));
  return { file: join(source.out, "connector.js"), ...packed };
}

async function bundled({ root, out }: Source): Promise<Metafile> {
  const { metafile } = await bundle({
    absWorkingDir: root,
    entryPoints: [join("app", "main.ts")],
    outfile: join(out, "connector.js"),
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    // Dependencies in CommonJS ask for Node's own modules by require, which an ES module lacks.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    jsx: "automatic",
    jsxImportSource: "preact",
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "eof",
    charset: "utf8",
    metafile: true,
    logLevel: "warning",
  });
  return metafile;
}

/** The sandbox never ships, nor does anything that is there for tests. */
function refuseStrangers({ inputs }: Metafile): void {
  const strangers = Object.keys(inputs).filter((path) => /^(app\/sandbox|test|infra|scripts)\//.test(path));
  if (strangers.length > 0) throw new Error("the package must not contain " + strangers.join(", "));
}

async function digested(folder: string): Promise<{ digest: string; bytes: number }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for (const path of await filesOf(folder)) {
    const content = await readFile(path);
    const name = relative(folder, path).split(sep).join("/");
    hash.update(JSON.stringify([name, content.length])).update(content);
    bytes += content.length;
  }
  return { digest: hash.digest("hex"), bytes };
}

async function filesOf(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const paths = names.map((name) => join(folder, name)).sort();
  const files = await Promise.all(paths.map(async (path) => ((await stat(path)).isFile() ? [path] : [])));
  return files.flat();
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { file, digest, bytes } = await build();
  process.stdout.write([relative(root, file), String(bytes) + " bytes", digest].join("  ") + "\n");
}
