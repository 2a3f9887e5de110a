/**
 * Processes of which each is killed at some moment, and another takes its place at once: spare processes have loaded their
 * code before they are needed, since otherwise most of the time would go by without anybody to kill.
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
   * How many calls of store and queue it makes at most. Most are then killed after a small part of that and of `livesMs`,
   * whichever ends first: while they have much to do, and not only when they have idled for long.
   */
  readonly livesCalls?: number;
}

export interface Herd {
  kills(): number;
  stop(): Promise<void>;
}

/**
 * Most lives are short, half of them over after a 16th of the most. Now and then one is long, or nobody would ever come to
 * the end of a look at all visits.
 */
const lifeOf = (most: number) => Math.random() ** 4 * most;
/** Mostly while it works, now and then while it opens the store and begins. */
const BEGINNING_SHARE = 0.1;
const BEGINS_MS = 150;

/** So many processes work at any time, and as many wait to take their places. */
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
    // What was written to a process that is killed at this moment does not reach it.
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
  /** Calls spare processes to the places that are free. */
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
