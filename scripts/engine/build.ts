/** Builds the engine from its Go module, once for each version, into a folder that git ignores. */
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "./finished.ts";
import { writeLanguageHost } from "./wrapper.ts";

const PACKAGE = "github.com/pulumi/pulumi/pkg/v3";

export interface Source {
  readonly go: string;
  /** The folder with go.mod and go.sum. */
  readonly module: string;
  /** The folder that holds a folder for each build. */
  readonly cache: string;
}

interface Wanted {
  /** A short word that stands for everything that determines the build. */
  readonly key: string;
  readonly version: string;
  readonly file: string;
}

/** Where the engine of this module will be once it is built with this version of Go. */
export async function builtEngine({ go, module, cache }: Source): Promise<Wanted> {
  const goMod = await readFile(join(module, "go.mod"), "utf8");
  const version = new RegExp("^\\s*" + PACKAGE + " v(\\S+)", "m").exec(goMod)?.[1];
  if (version === undefined) throw new Error(join(module, "go.mod") + " names no version of " + PACKAGE);
  const decisive = [
    goMod,
    await readFile(join(module, "go.sum")),
    (await finished(go, ["version"])).told,
    goArguments(version).join(" "),
  ];
  const hash = createHash("sha256");
  for (const part of decisive) hash.update(part);
  const key = hash.digest("hex").slice(0, 16);
  return { key, version, file: join(cache, key, "bin", "pulumi") };
}

/**
 * Builds in another folder and then moves the whole folder into place, so that what is there is always complete, even if a
 * build is stopped or several run at the same time. Resolves to what went wrong, in words.
 */
export async function build(source: Source, { key, version }: Wanted): Promise<string | undefined> {
  await mkdir(source.cache, { recursive: true });
  const folder = await mkdtemp(join(source.cache, "building-"));
  try {
    const file = join(folder, "bin", "pulumi");
    const outcome = await finished(
      source.go,
      ["build", ...goArguments(version), "-o", file, PACKAGE + "/cmd/pulumi"],
      // These override the person's own Go settings: go.sum's checksums decide what is built.
      { GOFLAGS: "-mod=readonly", GOWORK: "off", CGO_ENABLED: "0" },
      source.module,
    );
    if (outcome.code !== 0) return lastWords(outcome.told);
    await writeLanguageHost(join(folder, "bin"));
    await dropOlder(source.cache, key);
    await rename(folder, join(source.cache, key)).catch(unlessThereAlready);
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const goArguments = (version: string) => [
  "-trimpath",
  "-buildvcs=false",
  ...["-tags", "osusergo,grpcnotrace"],
  ...["-ldflags", "-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v" + version],
];

/** No fault if another build was finished first; both are the same. */
function unlessThereAlready(fault: NodeJS.ErrnoException): void {
  if (fault.code !== "ENOTEMPTY" && fault.code !== "EEXIST") throw fault;
}

/** Removes older engines: each takes about 115 MB, and none is used again. */
async function dropOlder(cache: string, key: string): Promise<void> {
  const older = (await readdir(cache)).filter((name) => /^[0-9a-f]{16}$/.test(name) && name !== key);
  await Promise.all(older.map((name) => rm(join(cache, name), { recursive: true, force: true })));
}

const LINES = 8;

const lastWords = (told: string) => told.trim().split("\n").slice(-LINES).join("\n");
