/** A stack with its owner's own login and state, the program and its plugins, and a copy of the stack file. */
import { readFileSync } from "node:fs";
import { copyFile, mkdtemp, readdir, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Engine } from "./engine.ts";
import { eventsOf, type Outcome } from "./outcome.ts";
import { twinOf } from "./project.ts";
import { runEngine } from "./run.ts";

export interface OwnStackOptions {
  readonly engine: Engine;
  readonly name: string;
  readonly stackFile: string;
  /** The folder of Pulumi.yaml; left out, this repository. */
  readonly project?: string;
  /** The owner's own environment: where the state is, how it is decrypted, and who is signed in to Azure. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

export interface OwnStack {
  /** A temporary folder that is removed when this is closed. */
  readonly folder: string;
  /** What `refresh` would write to the state, without writing it. An exit code other than 0 is an outcome, too. */
  refreshed(): Promise<Outcome>;
  /** The state as the backend stores it: secrets are encrypted. */
  state(): Promise<Outcome>;
  /**
   * Runs any command; commands that touch resources also report events.
   * @param stackFile left out: the stack file as it is at the moment
   */
  run(args: readonly string[], stackFile?: string): Promise<Outcome>;
  close(): Promise<void>;
}

const repository = fileURLToPath(new URL("../..", import.meta.url));

export async function openOwnStack(options: OwnStackOptions): Promise<OwnStack> {
  const { engine, name, signal } = options;
  await removeLeft();
  const folder = await realpath(await mkdtemp(join(tmpdir(), `pulumi-own-${String(process.pid)}-`)));
  const close = () => rm(folder, { recursive: true, force: true });
  try {
    const twin = await twinOf(
      options.project ?? repository,
      { file: options.stackFile, name },
      join(folder, "project"),
    );
    const environment: OwnStackOptions["environment"] = { ...options.environment, ...QUIET };
    const said = Object.entries(environment).filter((one): one is [string, string] => one[1] !== undefined);
    let runs = 0;
    const run = async (args: readonly string[], stackFile = options.stackFile): Promise<Outcome> => {
      // The engine rewrites the files that it opens, and it opens only the copy.
      await copyFile(stackFile, twin.stackFile);
      const isTold = TELLING.includes(args[0] ?? "");
      const log = join(folder, `events-${String(++runs)}.jsonl`);
      const ended = await runEngine({
        file: engine.file,
        args: [
          ...args,
          ...(isTold ? ["--event-log", log] : []),
          ...["--stack", name, "--non-interactive", "--color=never"],
        ],
        cwd: twin.folder,
        environment: Object.fromEntries(said),
        signal,
        told: () => undefined,
      });
      return { ...ended, events: isTold ? eventsOf(await readFile(log, "utf8").catch(() => "")) : [] };
    };
    return {
      folder,
      run,
      refreshed: () => run(["refresh", "--preview-only"]),
      state: () => run(["stack", "export"]),
      close,
    };
  } catch (fault) {
    await close();
    throw fault;
  }
}

/** Removes folders of runs that were killed. They may hold a plan, which contains every setting. */
export async function removeLeft(within = tmpdir()): Promise<void> {
  for (const name of await readdir(within)) {
    const pid = /^pulumi-own-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid)))
      await rm(join(within, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Whether a process of this machine runs. One that has ended, and that nobody has waited for, does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isEnded(pid);
  } catch (fault) {
    // EPERM means that the process exists but belongs to another user.
    return fault instanceof Error && "code" in fault && fault.code === "EPERM";
  }
}

/** Only Linux tells; in a container whose first process waits for nobody, a process stays so for ever (proc(5)). */
function isEnded(pid: number): boolean {
  try {
    return /^\d+ \(.*\) [ZX] /s.test(readFileSync(`/proc/${String(pid)}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** Commands that report events. */
const TELLING = ["preview", "refresh", "up"];

/** The option --event-log exists only with PULUMI_DEBUG_COMMANDS. */
const QUIET = { PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_DEBUG_COMMANDS: "true", NO_COLOR: "1" } as const;
