/** Tests that take minutes each and are much alike: one run takes half of them, and the commit decides which half. */
import { spawnSync } from "node:child_process";

/**
 * @param flag the environment variable that, set to `all`, takes all of them
 * @returns every other one; all of them in a folder that is no repository
 */
export function halfByCommit<T>(all: readonly T[], flag: "PROMOTION" | "REHEARSE"): readonly T[] {
  const { status, stdout } = spawnSync("git", ["rev-parse", "HEAD"], { encoding: "utf8" });
  if (process.env[flag] === "all" || status !== 0) return all;
  const half = parseInt(stdout.slice(0, 8), 16) % 2;
  return all.filter((_one, index) => index % 2 === half);
}
