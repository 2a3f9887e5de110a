/**
 * A temporary workspace in which the real engine runs on a stack: its own state, its own Pulumi home and a copy of the stack
 * file, all in one folder. The engine never sees the person's stack file, login or settings.
 */
import { mkdir, mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Engine } from "./engine.ts";
import { engineEnvironment } from "./environment.ts";
import { eventsOf, type Outcome } from "./outcome.ts";
import { twinOf } from "./project.ts";
import { runEngine } from "./run.ts";
import { writeLanguageHost } from "./wrapper.ts";

export interface WorkspaceOptions {
  readonly engine: Engine;
  /** Path such as `stacks/Pulumi.lamna-test.yaml`, whose stack is `lamna-test`. The file is copied byte for byte. */
  readonly stackFile: string;
  /** The folder of Pulumi.yaml; left out, this repository. */
  readonly project?: string;
  /**
   * Added to the engine's environment at each command, such as PULUMI_DEBUG_PROVIDERS; no other variables of ours are
   * passed on.
   */
  readonly environment?: Readonly<Record<string, string>>;
  /** Folders with a PulumiPolicy.yaml, enforced on every preview and up. */
  readonly policyPacks?: readonly string[];
  /** Aborting it is a Ctrl-C for what runs; afterwards nothing can be started. */
  readonly signal?: AbortSignal;
  /** Called with the engine's output as it is printed. */
  readonly told?: (text: string) => void;
}

export interface Workspace {
  readonly folder: string;
  /** Path of the copy, which the engine rewrites. */
  readonly stackFile: string;
  /** Runs any command on the stack; an exit code other than 0 is an outcome, too. */
  run(args: readonly string[]): Promise<Outcome>;
  preview(args?: readonly string[]): Promise<Outcome>;
  /**
   * Runs `up` without a preview before it. A policy may then refuse half-way, whereas `preview` refuses before anything is
   * created.
   */
  up(args?: readonly string[]): Promise<Outcome>;
  /** With `--preview-only` among the arguments, nothing is asked and nothing is changed; the same holds for destroy. */
  refresh(args?: readonly string[]): Promise<Outcome>;
  destroy(args?: readonly string[]): Promise<Outcome>;
  /** The stack's outputs, decrypted. */
  outputs(): Promise<Record<string, unknown>>;
  /** The state as the backend stores it: secrets are encrypted. */
  exportState(): Promise<unknown>;
  /** Interrupts what runs, waits for it to end and removes the folder. A second call is harmless. */
  close(): Promise<void>;
}

const repository = fileURLToPath(new URL("../..", import.meta.url));

/** @throws Error when the stack file is not named Pulumi.<stack>.yaml, or the engine refuses the project */
export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const stack = stackOf(options.stackFile);
  const folder = await realpath(await mkdtemp(join(tmpdir(), "pulumi-workspace-")));
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();
  const close = async () => {
    closing.abort();
    await Promise.allSettled(running);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    for (const part of ["home", "state", "pulumi", "temporary"]) await mkdir(join(folder, part));
    if (!options.engine.hasLanguageHost) await bringLanguageHost(folder, options.engine.version);
    const project = options.project ?? repository;
    const twin = await twinOf(project, { file: options.stackFile, name: stack }, join(folder, "project"));
    const signals = [closing.signal, ...(options.signal === undefined ? [] : [options.signal])];
    const own = engineEnvironment(folder, process.env);
    const start = (args: readonly string[]) => {
      const run = runEngine({
        file: options.engine.file,
        args: [...args, "--stack", stack, "--non-interactive", "--color=never"],
        cwd: twin.folder,
        environment: { ...own, ...options.environment },
        signal: AbortSignal.any(signals),
        told: options.told ?? (() => undefined),
      });
      running.add(run);
      return run.finally(() => running.delete(run));
    };
    const workspace = workspaceOver(start, folder, twin.stackFile, options.policyPacks ?? []);
    await succeed(start(["stack", "init"]));
    return { ...workspace, close };
  } catch (fault) {
    await close();
    throw fault;
  }
}

function stackOf(file: string): string {
  const name = /^Pulumi\.(.+)\.ya?ml$/.exec(basename(file))?.[1];
  if (name === undefined) throw new Error(file + " is not named Pulumi.<stack>.yaml");
  return name;
}

/** Puts our language host where the engine looks last, after its own folder. */
const bringLanguageHost = (folder: string, version: string) =>
  writeLanguageHost(join(folder, "pulumi", "plugins", "language-nodejs-v" + version));

type Start = (args: readonly string[]) => ReturnType<typeof runEngine>;

function workspaceOver(
  start: Start,
  folder: string,
  stackFile: string,
  policyPacks: readonly string[],
): Omit<Workspace, "close"> {
  let runs = 0;
  const run = async (args: readonly string[]): Promise<Outcome> => ({ ...(await start(args)), events: [] });
  const withEvents = async (args: readonly string[]): Promise<Outcome> => {
    const log = join(folder, "events-" + String(++runs) + ".jsonl");
    const ended = await start([...args, "--event-log", log]);
    return { ...ended, events: eventsOf(await readFile(log, "utf8").catch(() => "")) };
  };
  // They are looked up at each run, so that whoever opened the workspace can leave them out for a while.
  const packs = () => policyPacks.flatMap((pack) => ["--policy-pack", pack]);
  const confirmed = (args: readonly string[]) =>
    args.includes("--preview-only") ? [] : ["--yes", "--skip-preview"];
  return {
    folder,
    stackFile,
    run,
    preview: (args = []) => withEvents(["preview", ...packs(), ...args]),
    up: (args = []) => withEvents(["up", ...packs(), ...confirmed(args), ...args]),
    refresh: (args = []) => withEvents(["refresh", ...confirmed(args), ...args]),
    destroy: (args = []) => withEvents(["destroy", ...confirmed(args), ...args]),
    outputs: async () =>
      (await json(start(["stack", "output", "--json", "--show-secrets"]))) as Record<string, unknown>,
    exportState: () => json(start(["stack", "export"])),
  };
}

const json = async (run: ReturnType<Start>): Promise<unknown> => JSON.parse((await succeed(run)).stdout);

async function succeed(run: ReturnType<Start>): ReturnType<Start> {
  const ended = await run;
  if (ended.code !== 0) throw new Error("the engine refused: " + (ended.stderr || ended.stdout).trim());
  return ended;
}
