/**
 * The process of a site: it starts it with an environment of its own, reads its output, and stops it as App Service does.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { readReport } from "../hosts/preload.ts";

/** How long App Service waits after SIGTERM before it kills the process. */
const GRACE_MS = 5_000;

export interface ProcessOptions {
  readonly arguments: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The file in which preload.js reports on which ports the process listens. */
  readonly report: string;
  readonly log: (line: string) => void;
}

export interface SiteProcess {
  /** The real port for one that the process asked for, once it is open. */
  portOf(asked: number): number | undefined;
  /** Resolves when the process has ended, with words for how. */
  readonly ended: Promise<string>;
  hasEnded(): boolean;
  stop(): Promise<void>;
}

export function startProcess(options: ProcessOptions): SiteProcess {
  const child = spawn(process.execPath, [...options.arguments], {
    cwd: options.folder,
    env: { ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const input of [child.stdout, child.stderr])
    createInterface({ input, crlfDelay: Infinity }).on("line", options.log);
  // No process outlives the rehearsal, however the rehearsal ends.
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  let over = false;
  const ended = new Promise<string>((resolve) => {
    const end = (words: string) => {
      over = true;
      process.removeListener("exit", kill);
      resolve(words);
    };
    child.once("error", (error) => end(error.message));
    // `close` comes only after all output was read.
    child.once("close", (code, signal) =>
      end(code === null ? `ended by ${String(signal)}` : `exit code ${String(code)}`),
    );
  });
  return {
    portOf: (asked) => readReport(options.report).listening.findLast((one) => one.asked === asked)?.port,
    ended,
    hasEnded: () => over,
    stop: async () => {
      if (over) return;
      child.kill("SIGTERM");
      const late = setTimeout(kill, GRACE_MS);
      await ended;
      clearTimeout(late);
    },
  };
}
