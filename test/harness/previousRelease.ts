/**
 * The release before this one, from the project's own history: the last commit of the version that package.json had before.
 * While there is only one version, it is the first commit that has this file; all later ones must work beside it.
 */
import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));
const HERE = "test/harness/previousRelease.ts";
const run = promisify(execFile);

/** The commit's id; undefined without a history, as in a download or in a clone of the newest commit alone. */
export async function previousRelease(): Promise<string | undefined> {
  try {
    const first = (await git("log", "--diff-filter=A", "--format=%H", "--", HERE)).split("\n").at(-1);
    if (first === undefined || first === "") return undefined;
    const bumps = await git("log", "--format=%H", "-G", '"version":', first + "..HEAD", "--", "package.json");
    const [newest] = bumps.split("\n");
    return newest === undefined || newest === "" ? first : await git("rev-parse", newest + "^");
  } catch {
    return undefined;
  }
}

/** Writes the sources of a commit into a folder, which it makes. */
export async function checkOut(commit: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const archive = join(folder, "..", commit + ".tar");
  await git("archive", "--output", archive, commit, "app", "package.json", "package-lock.json");
  await run("tar", ["-xf", archive, "-C", folder]);
}

async function git(...words: readonly string[]): Promise<string> {
  return (await run("git", words, { cwd: root })).stdout.trim();
}
