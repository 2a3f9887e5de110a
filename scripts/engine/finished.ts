/** Runs a program to its end; one that cannot be started counts as ended with code 127, as in a shell. */
import { spawn } from "node:child_process";

export interface Finished {
  readonly code: number;
  /** Everything that it printed, to standard output and standard error. */
  readonly told: string;
}

export function finished(
  file: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  cwd?: string,
): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...environment },
      cwd,
    });
    let told = "";
    for (const output of [child.stdout, child.stderr])
      output.setEncoding("utf8").on("data", (text: string) => (told += text));
    child.once("error", (fault) => {
      resolve({ code: 127, told: fault.message });
    });
    child.once("close", (code) => {
      resolve({ code: code ?? 1, told });
    });
  });
}
