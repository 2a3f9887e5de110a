/** Runs another program to its end, for scripts in plain JavaScript that any version of Node can read. */
import { spawn } from "node:child_process";

/** A fault that a person can correct; only its message is shown. */
export class ExplainedError extends Error {}

/** Prints a line for people. */
export const say = (line) => void process.stdout.write(line + "\n");

/**
 * Runs a script's main function. The number that it returns is the exit code; of an {@link ExplainedError}, only the message
 * is shown.
 */
export async function exitWith(main) {
  try {
    process.exitCode = await main();
  } catch (fault) {
    process.stderr.write((fault instanceof ExplainedError ? fault.message : fault.stack) + "\n");
    process.exitCode = 1;
  }
}

const IMPATIENT_AFTER_MS = 1000;

/**
 * Runs a program with our input and output, and resolves to its exit code once it has ended. Where `options.stdio` is
 * "pipe", `told` is called with what it prints.
 *
 * A Ctrl-C arrives here more than once: from the terminal, which signals the whole process group, and from npm, which passes
 * it on. The program is signalled once only. If a person presses Ctrl-C again later, it is killed.
 */
export function run(file, args, { told, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: "inherit", ...options });
    for (const output of [child.stdout, child.stderr]) output?.on("data", told);
    const stopPassing = passSignalsTo(child, options.detached);
    child.once("error", (fault) => {
      stopPassing();
      reject(fault);
    });
    child.once("close", (code, signal) => {
      stopPassing();
      resolve(signal === null ? code : 128 + signalNumber(signal));
    });
  });
}

function passSignalsTo(child, leadsGroup) {
  let asked;
  const pass = (signal) => {
    if (asked === undefined) {
      asked = Date.now();
      // Windows signals every program of the console by itself, and there `kill` would leave no time to stop cleanly.
      if (process.platform !== "win32") child.kill(signal === "SIGHUP" ? "SIGTERM" : signal);
    } else if (Date.now() - asked > IMPATIENT_AFTER_MS) {
      if (leadsGroup) process.kill(-child.pid, "SIGKILL");
      else child.kill("SIGKILL");
    }
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, pass);
  return () => {
    for (const signal of signals) process.removeListener(signal, pass);
  };
}

const signalNumber = (signal) => ({ SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 })[signal] ?? 0;
