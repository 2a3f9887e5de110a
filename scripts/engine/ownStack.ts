/** A stack as its owner has it: their login and state, the program and the plugins, and a copy of the stack file. */
import { mkdtemp, readFile, realpath, rm } from "node:fs/promises";
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
  /** Where Pulumi.yaml is; this repository unless said otherwise. */
  readonly project?: string;
  /** Their own: where the state is, how it is opened, who is signed in to Azure. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Only looked at: nothing here changes a resource or the state. */
export interface OwnStack {
  /** What `refresh` would take over from Azure. A code other than 0 is an outcome, too. */
  refreshed(): Promise<Outcome>;
  /** The state as the backend keeps it: what is secret is encrypted. */
  state(): Promise<Outcome>;
  close(): Promise<void>;
}

const repository = fileURLToPath(new URL("../..", import.meta.url));

export async function openOwnStack(options: OwnStackOptions): Promise<OwnStack> {
  const { engine, name, signal } = options;
  const folder = await realpath(await mkdtemp(join(tmpdir(), "pulumi-own-")));
  const close = () => rm(folder, { recursive: true, force: true });
  try {
    const twin = await twinOf(
      options.project ?? repository,
      { file: options.stackFile, name },
      join(folder, "project"),
    );
    const environment: OwnStackOptions["environment"] = { ...options.environment, ...QUIET };
    const said = Object.entries(environment).filter((one): one is [string, string] => one[1] !== undefined);
    const run = (args: readonly string[]) =>
      runEngine({
        file: engine.file,
        args: [...args, "--stack", name, "--non-interactive", "--color=never"],
        cwd: twin.folder,
        environment: Object.fromEntries(said),
        signal,
        told: () => undefined,
      });
    return {
      async refreshed() {
        const log = join(folder, "events.jsonl");
        const ended = await run(["refresh", "--preview-only", "--event-log", log]);
        return { ...ended, events: eventsOf(await readFile(log, "utf8").catch(() => "")) };
      },
      state: async () => ({ ...(await run(["stack", "export"])), events: [] }),
      close,
    };
  } catch (fault) {
    await close();
    throw fault;
  }
}

/** Without PULUMI_DEBUG_COMMANDS there is no --event-log. */
const QUIET = { PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_DEBUG_COMMANDS: "true", NO_COLOR: "1" } as const;
