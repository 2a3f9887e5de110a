/**
 * Processes that are each killed at some moment and replaced at once. Spare processes have loaded their code beforehand,
 * because otherwise most of the time would pass with nothing to kill.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { build } from "esbuild";
import { CALL, LOADED, WORKS } from "./spare.ts";

export interface Lives {
  readonly processes: number;
  /** How long a process works at most. */
  readonly livesMs: number;
  /**
   * How many calls of the store and the queue a process makes at most. With this, most processes are killed after a small
   * part of these calls or of `livesMs`, whichever comes first, so they die while they are busy and not only when idle.
   */
  readonly livesCalls?: number;
}

export interface Herd {
  kills(): number;
  stop(): Promise<void>;
}

/**
 * Half of the lives end within a sixteenth of the longest. Now and then one is long, because otherwise no process would
 * ever finish a look at all visits.
 */
const lifeOf = (most: number) => Math.random() ** 4 * most;
/** The share of processes that are killed while they still open the store; all others are killed while they work. */
const BEGINNING_SHARE = 0.1;
const BEGINS_MS = 150;

/** Keeps `processes` processes working at any time, and as many more waiting to replace them. */
export function startHerd(
  { processes, livesMs, livesCalls }: Lives,
  bundle: string,
  args: readonly string[],
): Herd {
  const alive = new Set<ChildProcess>();
  const spare: ChildProcess[] = [];
  const working = new Set<ChildProcess>();
  let kills = 0;
  let runs = true;

  function load(): void {
    const child = spawn(process.execPath, [bundle, ...args], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, NODE_COMPILE_CACHE: bundle + ".cache" },
    });
    alive.add(child);
    const kill = () => {
      if (!child.killed && child.kill("SIGKILL")) kills += 1;
    };
    const isEarly = Math.random() < BEGINNING_SHARE;
    let callsLeft = livesCalls === undefined ? Number.POSITIVE_INFINITY : lifeOf(livesCalls);
    const lifeMs = livesCalls === undefined ? Math.random() * livesMs : lifeOf(livesMs);
    child.stdout.setEncoding("utf8").on("data", (told: string) => {
      if (told.includes(LOADED)) {
        spare.push(child);
        fill();
      }
      if (told.includes(WORKS) && !isEarly) setTimeout(kill, lifeMs).unref();
      callsLeft -= told.split(CALL).length - 1;
      if (callsLeft < 0) kill();
    });
    child.stdin.once("finish", () => {
      if (isEarly) setTimeout(kill, Math.random() * BEGINS_MS).unref();
    });
    // If the process is killed at this moment, what is written to it gets lost, which does no harm.
    child.stdin.once("error", () => undefined);
    child.once("exit", () => {
      alive.delete(child);
      working.delete(child);
      if (spare.includes(child)) spare.splice(spare.indexOf(child), 1);
      if (!runs) return;
      load();
      fill();
    });
  }
  /** Sets spare processes to work until `processes` of them do. */
  function fill(): void {
    while (runs && working.size < processes) {
      const next = spare.shift();
      if (next === undefined) return;
      working.add(next);
      next.stdin?.end("\n");
    }
  }
  for (let at = 0; at < 2 * processes; at++) load();
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

/** Bundles the program into one file, because a process with a short life should not spend it reading sources. */
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

/** Some of the bundled libraries load others by `require`, which an ES module does not have by itself. */
const REQUIRES =
  'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';
