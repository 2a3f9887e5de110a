/** The programs, plugins and policy packs that a language host has started. None of them outlives the host. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Long enough to close what is open; the engine itself gives a plugin 5 seconds. */
const GRACE_MS = 4000;

export interface Start {
  /** Node's arguments: its own options, then the script and the script's arguments. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How a child ended: its exit code, or the signal that ended it. */
export type End = { readonly code: number } | { readonly signal: NodeJS.Signals };

const leash = fileURLToPath(new URL("../../leash.js", import.meta.url));
const living = new Set<ChildProcess>();

/**
 * Starts Node with our standard output and error, or with pipes in their place. The child watches the host (leash.js) and
 * stops when the host is gone for whatever reason.
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

/** Resolves when the child has ended and all its output was read. */
export function end(child: ChildProcess): Promise<End> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      resolve(signal === null ? { code: code ?? 1 } : { signal });
    });
  });
}

/** Asks the child to stop, and kills it if it does not. */
export function stop(child: ChildProcess): void {
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
  child.once("close", () => {
    clearTimeout(late);
  });
}

/** Stops every child, and resolves when the last one has ended. */
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
