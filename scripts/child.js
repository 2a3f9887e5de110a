/** Running another program to its end, for the plain scripts that any Node can read. */
import { spawn } from "node:child_process";

/** Something a person can put right: its message is all that is shown. */
export class ExplainedError extends Error {}

/** Lines for people. */
export const say = (line) => void process.stdout.write(line + "\n");

/** Runs a script's main function; its number is the exit code, and whatever is told in words is shown as words alone. */
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
 * Runs a program with our input and output, and resolves to its exit code once it has ended. Where `options.stdio` says
 * "pipe", `told` is called with what it prints.
 *
 * A Ctrl-C arrives here more than once: from the terminal, which tells the whole group, and from npm, which passes it on.
 * The program hears of it once. Only a person who asks again later ends it the hard way.
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
      // Windows tells every program at the console by itself, and `kill` there leaves no time to stop cleanly.
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
