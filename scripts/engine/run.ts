/** Runs one command of the engine from its start to its end. */
import { type ChildProcess, spawn } from "node:child_process";

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment of the process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Aborting it is a Ctrl-C. */
  readonly signal: AbortSignal;
  /** Called with the output as it is printed. */
  readonly told: (text: string) => void;
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Milliseconds between the first and the second Ctrl-C: after the first, the engine finishes what has begun; after the
 * second, it waits for nothing.
 */
const PATIENCE_MS = 5_000;
const GRACE_MS = 5_000;

export function runEngine({ file, args, cwd, environment, signal, told }: Command): Promise<Ended> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    // The engine has a process group of its own, so that a Ctrl-C at the terminal reaches only us, and the engine is
    // signalled once.
    const child = spawn(file, args, {
      cwd,
      env: environment,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const stopListening = interruptOn(signal, child);
    const stdout = heard(child.stdout, told);
    const stderr = heard(child.stderr, told);
    child.once("error", reject);
    child.once("close", (code) => {
      stopListening();
      // A process that was ended by a signal counts as failed.
      resolve({ code: code ?? 1, stdout: stdout.join(""), stderr: stderr.join("") });
    });
  });
}

function heard(output: NodeJS.ReadableStream, told: (text: string) => void): string[] {
  const parts: string[] = [];
  output.setEncoding("utf8").on("data", (text: string) => {
    parts.push(text);
    told(text);
  });
  return parts;
}

function interruptOn(signal: AbortSignal, child: ChildProcess): () => void {
  const timers: NodeJS.Timeout[] = [];
  const interrupt = () => {
    child.kill("SIGINT");
    timers.push(setTimeout(() => child.kill("SIGINT"), PATIENCE_MS));
    timers.push(setTimeout(() => killGroup(child), PATIENCE_MS + GRACE_MS));
  };
  signal.addEventListener("abort", interrupt, { once: true });
  return () => {
    signal.removeEventListener("abort", interrupt);
    timers.forEach(clearTimeout);
  };
}

function killGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) process.kill(-pid, "SIGKILL");
}
