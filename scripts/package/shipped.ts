/** Which npm packages are in the bundle, and under what terms, by what the bundler reports about its inputs. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Metafile } from "esbuild";
import * as z from "zod";

export interface ShippedPackage {
  /** `name@version`. */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** As the package declares it; undefined when it declares none. */
  readonly license: string | undefined;
  /** The full text of its license and notice files. */
  readonly terms: readonly string[];
  /** The integrity of the package's tarball in package-lock.json. */
  readonly integrity: string | undefined;
  /** Ids of the packages that it imports. */
  readonly uses: readonly string[];
}

export interface Shipped {
  readonly packages: readonly ShippedPackage[];
  /** Ids of the packages that our own code imports. */
  readonly ours: readonly string[];
}

const OURS = "";
const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string().optional().catch(undefined),
});
const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ integrity: z.string().optional(), dev: z.boolean().optional() })),
});
type Lock = z.infer<typeof lockSchema>["packages"];

/**
 * The shipped packages, sorted by id in code-point order, which does not depend on a locale.
 * @throws when the bundle contains a package that is installed for development only: without it the bundle would be another
 * one
 */
export async function shipped(root: string, meta: Metafile): Promise<Shipped> {
  const imports = importsByFolder(meta);
  const lock = await readLock(root);
  const placed = [...imports.keys()].filter((folder) => folder !== OURS);
  refuseTools(placed, lock);
  const read = await Promise.all(
    placed.map(async (folder) => [folder, await readPackage(root, folder, lock)] as const),
  );
  const found = new Map(read);
  const idsOf = (folder: string) =>
    unique([...(imports.get(folder) ?? [])].flatMap((used) => found.get(used)?.id ?? []));
  // The same version may be in two folders; it then ships twice but counts as one package.
  const packages = new Map(
    [...found].map(([folder, one]) => [one.id, { ...one, uses: idsOf(folder) }] as const),
  );
  return {
    packages: unique([...packages.keys()]).flatMap((id) => packages.get(id) ?? []),
    ours: idsOf(OURS),
  };
}

/**
 * For each package's folder, and for our own code, the folders that it imports from. Only imports that left bytes in the
 * bundle count.
 */
function importsByFolder({ inputs, outputs }: Metafile): Map<string, Set<string>> {
  const paths = Object.values(outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  const imports = new Map<string, Set<string>>();
  for (const path of paths) {
    const folder = folderOf(path);
    const used = imports.get(folder) ?? new Set();
    imports.set(folder, used);
    for (const imported of inputs[path]?.imports ?? [])
      if (imported.external !== true && folderOf(imported.path) !== folder) used.add(folderOf(imported.path));
  }
  return imports;
}

function folderOf(path: string): string {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? OURS;
}

async function readLock(root: string): Promise<Lock> {
  return lockSchema.parse(JSON.parse(await readFile(join(root, "package-lock.json"), "utf8"))).packages;
}

function refuseTools(placed: readonly string[], lock: Lock): void {
  const tools = placed.filter((folder) => lock[folder]?.dev === true);
  if (tools.length > 0)
    throw new Error("the package must not contain what only development installs: " + tools.join(", "));
}

async function readPackage(root: string, folder: string, lock: Lock): Promise<Omit<ShippedPackage, "uses">> {
  const path = join(root, folder);
  const manifest = manifestSchema.parse(JSON.parse(await readFile(join(path, "package.json"), "utf8")));
  const files = (await readdir(path)).sort();
  const texts = (pattern: RegExp) =>
    Promise.all(files.filter((name) => pattern.test(name)).map((name) => readFile(join(path, name), "utf8")));
  const readme = (await texts(/^readme(\.|$)/i)).map(licenseSection).find((words) => words !== "");
  const terms = await texts(/^(licen[cs]e|copying|notice)([.-]|$)/i);
  return {
    id: manifest.name + "@" + manifest.version,
    name: manifest.name,
    version: manifest.version,
    license: manifest.license ?? readme?.split("\n")[0],
    terms: terms.length > 0 || readme === undefined ? terms : [readme],
    integrity: lock[folder]?.integrity,
  };
}

/** Some small packages give their license only in the readme, under a heading. */
function licenseSection(readme: string): string {
  const [, section = ""] = /^(?:#+ *)?licen[cs]e *\n(?:[=-]+\n)?([^#]*)/im.exec(readme) ?? [];
  return section.trim();
}

/** Each name once, in code-point order. */
function unique(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
