/** Chooses among tests that take minutes and are much alike: each run takes some of them, and the commit decides which. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";

/**
 * @param flag the environment variable by which, set to `all`, all of them are taken
 * @param parts in how many parts they are divided, of which one is taken
 * @returns one part; or all of them in a folder that is no repository
 */
export function partByCommit<T>(
  all: readonly T[],
  flag: "PROMOTION" | "REHEARSE",
  parts: number,
): readonly T[] {
  const commit = head();
  if (process.env[flag] === "all" || commit === undefined) return all;
  const part = parseInt(commit.slice(0, 8), 16) % parts;
  return all.filter((_one, index) => index % parts === part);
}

/** Sorts them in an order that differs from commit to commit, for runs that do not get to the end. */
export function orderedByCommit<T>(all: readonly T[], nameOf: (one: T) => string): readonly T[] {
  const commit = head() ?? "";
  const order = (one: T) =>
    createHash("sha256")
      .update(commit + nameOf(one))
      .digest("hex");
  return all.toSorted((one, other) => (order(one) < order(other) ? -1 : 1));
}

/** The commit's SHA; undefined in a folder that is no repository. */
function head(): string | undefined {
  const { status, stdout } = spawnSync("git", ["rev-parse", "HEAD"], { encoding: "utf8" });
  return status === 0 ? stdout : undefined;
}
