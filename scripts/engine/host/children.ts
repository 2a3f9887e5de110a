/** The programs, plugins and policy packs that a language host has started, none of which outlives it. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Long enough to close what is open; the engine itself gives a plugin 5 s. */
const GRACE_MS = 4000;

export interface Start {
  /** What Node gets: its own options, then the script and what that takes. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How a child ended: its exit code, or the signal that ended it. */
export type End = { readonly code: number } | { readonly signal: NodeJS.Signals };

const leash = fileURLToPath(new URL("../../leash.js", import.meta.url));
const living = new Set<ChildProcess>();

/**
 * Starts Node with our standard output and error, or with pipes in their place. On a leash: where the host is gone, however
 * that came about, the child stops as well.
 */
export function start({ args, cwd, env }: Start, output: "inherit" | "pipe"): ChildProcess {
  const child = spawn(process.execPath, ["--import", leash, ...args], {
    cwd,
    env,
    stdio: ["ignore", output, output, "ipc"],
  });
  living.add(child);
  child.once("close", () => living.delete(child));
  return child;
}

/** Resolves when the child is gone and everything it said was read. */
export function end(child: ChildProcess): Promise<End> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      resolve(signal === null ? { code: code ?? 1 } : { signal });
    });
  });
}

/** Asks the child to stop, and ends it the hard way when it does not. */
export function stop(child: ChildProcess): void {
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
  child.once("close", () => {
    clearTimeout(late);
  });
}

/** Stops every child and resolves when the last one is gone. */
export async function stopAll(): Promise<void> {
  await Promise.all(
    [...living].map(
      (child) =>
        new Promise((resolve) => {
          child.once("close", resolve);
          stop(child);
        }),
    ),
  );
}
