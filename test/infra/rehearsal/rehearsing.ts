/** Runs rehearsals, as a command or in this process with a changed program, each in a temporary folder of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { openRehearsal, type Rehearsal } from "../../../infra/rehearsal/rehearsal.ts";
import type { RehearsalResult } from "../../../infra/rehearsal/report/result.ts";
import { type Engine, findEngine, type NoEngine } from "../../../scripts/engine/engine.ts";
import { readStackFile } from "../../../scripts/local/stackFile.ts";
import { openEngine } from "../../../scripts/rehearse/engine.ts";
import { copyProgram, type ProgramCopy } from "../../engine/programCopy.ts";
import { processesWith } from "../../engine/processes.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
export const stackFileOf = (name: string): string => join(root, "stacks", `Pulumi.${name}.yaml`);

/** Finds this machine's engine. If there is none, a printed line says what is not proved. */
export async function engineOrLoudly(): Promise<Engine | NoEngine> {
  const engine = await findEngine();
  if (engine.kind === "none")
    process.stdout.write(
      `!!! No Pulumi engine, because ${engine.because}: not proved here is that stack files can be rehearsed.\n`,
    );
  return engine;
}

/** A folder for temporary files that is deleted after the test. `left` tells what is in it. */
export async function temporaryFolder(): Promise<{
  readonly path: string;
  left(): Promise<readonly string[]>;
}> {
  const path = await realpath(await mkdtemp(join(tmpdir(), "rehearsing-")));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return {
    path,
    left: async () => {
      const running = await processesWith("TMPDIR=" + path);
      // The cache of tsx stays, because it is shared by everybody on the machine.
      const files = (await readdir(path)).filter((name) => !name.startsWith("tsx-"));
      return [...files, ...running.map((pid) => "process " + String(pid))];
    },
  };
}

export interface Run {
  readonly child: ChildProcess;
  /** Everything that the command has printed. */
  said(): string;
  /** Resolves once the command has printed such words; rejects if it ends without them. */
  until(words: RegExp): Promise<void>;
  readonly ended: Promise<number>;
}

/** Starts `npm run rehearse -- …`. */
export function rehearse(folder: string, ...asked: readonly string[]): Run {
  const child = spawn(process.execPath, ["--import", "tsx", join(root, "scripts", "rehearse.ts"), ...asked], {
    cwd: root,
    env: { ...process.env, TMPDIR: folder, DISPLAY: "" },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let said = "";
  const waiting = new Set<() => void>();
  const heard = (text: string) => {
    said += text;
    for (const look of waiting) look();
  };
  for (const output of [child.stdout, child.stderr]) output.setEncoding("utf8").on("data", heard);
  const ended = new Promise<number>((resolve) => {
    child.once("close", (code) => resolve(code ?? -1));
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return {
    child,
    said: () => said,
    ended,
    until: (words) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!words.test(said)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
        void ended.then(() => reject(new Error(`ended without ${words.source}:\n${said}`)));
      }),
  };
}

export const resultIn = async (file: string): Promise<RehearsalResult> =>
  JSON.parse(await readFile(file, "utf8")) as RehearsalResult;

/** A copy of the program that a test may change, with a package to run. */
export async function programWith(folder: string, zip: Buffer): Promise<ProgramCopy> {
  const program = await copyProgram(join(folder, "program"));
  await program.deploy(zip);
  return program;
}

/** Plays a rehearsal of a sample stack with a copy of the program. */
export async function played(
  engine: Engine,
  stackName: string,
  program: ProgramCopy,
  policies: "enforced" | "left out" = "enforced",
): Promise<RehearsalResult> {
  const stackFile = stackFileOf(stackName);
  const stack = await readStackFile(stackFile, stackName);
  const { signal } = new AbortController();
  const rehearsal: Rehearsal = await openRehearsal({
    name: stackName,
    stack,
    now: () => new Date(),
    openEngine: (azure) =>
      openEngine({ engine, stackFile, project: program.folder, policies, signal }, azure),
    hear: () => undefined,
    signal,
  });
  try {
    return await rehearsal.play(stack);
  } finally {
    await rehearsal.stop();
  }
}
