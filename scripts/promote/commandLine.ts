/** How a command begins and ends: the first Ctrl-C asks it to stop, the second aborts it. */
import { ExplainedError } from "../local/stackFile.ts";

export interface CommandLine {
  readonly args: readonly string[];
  /** Aborted by the second Ctrl-C. */
  readonly signal: AbortSignal;
  readonly isStopped: () => boolean;
  readonly say: (line: string) => void;
}

/** Runs a command; one that cannot begin ends with exit code 2. */
export async function commandLine(does: (line: CommandLine) => Promise<number>): Promise<void> {
  const say = (line: string) => void process.stdout.write(line + "\n");
  const now = new AbortController();
  let isStopped = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
      if (isStopped) now.abort();
      else
        say(
          "\nIt is asked to stop: when this step is over it goes back, and after the swap on to its end. Once more ends it where it is.",
        );
      isStopped = true;
    });
  try {
    process.exitCode = await does({
      args: process.argv.slice(2),
      signal: now.signal,
      isStopped: () => isStopped,
      say,
    });
  } catch (fault) {
    const words =
      fault instanceof ExplainedError ? fault.message : fault instanceof Error ? fault.stack : String(fault);
    process.stderr.write((words ?? "") + "\n");
    process.exitCode = 2;
  }
}
