/** Processes of which each is killed at some moment, and another started. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { build } from "esbuild";

export interface Herd {
  kills(): number;
  stop(): Promise<void>;
}

/** Mostly while it works, now and then while it starts. */
const STARTING_SHARE = 0.1;
const STARTS_MS = 500;

/** So many processes at any time; each is killed at some moment, and another started. */
export function startHerd(
  { processes, livesMs }: { readonly processes: number; readonly livesMs: number },
  bundle: string,
  args: readonly string[],
): Herd {
  const alive = new Set<ChildProcess>();
  let kills = 0;
  let runs = true;
  const start = () => {
    const child = spawn(process.execPath, [bundle, ...args], { stdio: ["ignore", "pipe", "inherit"] });
    alive.add(child);
    const kill = () => {
      if (child.kill("SIGKILL")) kills += 1;
    };
    const early = Math.random() < STARTING_SHARE ? setTimeout(kill, Math.random() * STARTS_MS) : undefined;
    child.stdout.once("data", () => {
      if (early === undefined) setTimeout(kill, Math.random() * livesMs).unref();
    });
    child.once("exit", () => {
      alive.delete(child);
      if (runs) start();
    });
  };
  for (let at = 0; at < processes; at++) start();
  return {
    kills: () => kills,
    async stop() {
      runs = false;
      const ended = [...alive].map((child) => once(child, "exit"));
      for (const child of alive) child.kill("SIGKILL");
      await Promise.all(ended);
    },
  };
}

/** One file, because a process that is to be killed soon should not spend its life on reading its sources. */
export async function bundled(source: string, folder: string): Promise<string> {
  const outfile = join(folder, "process.mjs");
  await build({
    entryPoints: [source],
    bundle: true,
    platform: "node",
    format: "esm",
    banner: { js: REQUIRES },
    outfile,
    logLevel: "error",
  });
  return outfile;
}

/** Of the libraries some ask for others in the old way. */
const REQUIRES =
  'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';
