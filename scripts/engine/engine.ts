/** Finds this machine's Pulumi engine: an installed one, or the one built from `test/engine/go.mod`. */
import { constants } from "node:fs";
import { access, realpath } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, builtEngine } from "./build.ts";
import { finished } from "./finished.ts";
import { writeLanguageHost } from "./wrapper.ts";

const OLDEST = [3, 259];

export interface Engine {
  readonly kind: "installed" | "built";
  /** Path of `pulumi`. */
  readonly file: string;
  /** The version, such as `3.259.0`. */
  readonly version: string;
  /** Whether a language host for Node is in the same folder, where the engine looks first. */
  readonly hasLanguageHost: boolean;
}

/** Why there is none, as a clause that can follow "because". */
export interface NoEngine {
  readonly kind: "none";
  readonly because: string;
}

export interface Search {
  readonly path: string;
  /** The folder with the engine's Go module. */
  readonly module: string;
  readonly cache: string;
  /**
   * Whether an engine may be built, which takes about seven minutes on two cores; otherwise only an existing one is found.
   */
  readonly mayBuild: boolean;
  /** Called with a line before something that takes long. */
  readonly say: (line: string) => void;
}

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * @param said what differs from this machine's PATH and this project's folders; nothing is built unless it sets `mayBuild`
 */
export async function findEngine(said: Partial<Search> = {}): Promise<Engine | NoEngine> {
  const search: Search = {
    path: process.env["PATH"] ?? "",
    module: join(root, "test", "engine"),
    cache: join(root, ".cache", "engine"),
    mayBuild: false,
    say: () => undefined,
    ...said,
  };
  const installed = await installedEngine(search.path);
  if (typeof installed === "object") return installed;
  const built = await engineOfModule(search);
  if (typeof built === "object") return built;
  return { kind: "none", because: installed + ", and " + built };
}

async function installedEngine(path: string): Promise<Engine | string> {
  const found = await onPath(path, "pulumi");
  if (found === undefined) return "no pulumi is on PATH";
  const { code, told } = await finished(found, ["version"], { PULUMI_SKIP_UPDATE_CHECK: "true" });
  const version = /^v?(\d+)\.(\d+)\.\S+/m.exec(told);
  if (code !== 0 || version === null) return found + " does not say its version";
  if (!isFit(Number(version[1]), Number(version[2])))
    return found + " is " + version[0] + ", where 3.259 or a newer 3.x is needed";
  // The engine looks beside the file to which a symbolic link points.
  const beside = join(dirname(await realpath(found)), "pulumi-language-nodejs");
  return {
    kind: "installed",
    file: found,
    version: version[0].replace(/^v/, ""),
    hasLanguageHost: await isExecutable(beside),
  };
}

const isFit = (major: number, minor: number) => major === OLDEST[0] && minor >= (OLDEST[1] ?? 0);

async function engineOfModule({ module, cache, path, mayBuild, say }: Search): Promise<Engine | string> {
  if (process.platform === "win32") return "on Windows it has to be installed";
  const go = await onPath(path, "go");
  if (go === undefined) return "no go is on PATH to build it with";
  const wanted = await builtEngine({ go, module, cache });
  const engine: Engine = { kind: "built", file: wanted.file, version: wanted.version, hasLanguageHost: true };
  if (await isExecutable(wanted.file)) {
    // The Node that the language host names may have been replaced since it was written.
    await writeLanguageHost(dirname(wanted.file));
    return engine;
  }
  if (!mayBuild) return "it is not built yet (node scripts/engine.ts does that, once, in some seven minutes)";
  say("Building the Pulumi engine " + wanted.version + " with " + go + " (once, some seven minutes) …");
  const fault = await build({ go, module, cache }, wanted);
  return fault === undefined ? engine : "building it failed: " + fault;
}

/** The first executable with this name in the folders of PATH. */
async function onPath(path: string, name: string): Promise<string | undefined> {
  const names = process.platform === "win32" ? [name + ".exe"] : [name];
  for (const folder of path.split(delimiter).filter((folder) => folder !== ""))
    for (const file of names) if (await isExecutable(join(folder, file))) return join(folder, file);
  return undefined;
}

const isExecutable = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
