/**
 * `npm run rehearse -- <stack>`: deploys a deployment's own stack file by the real engine and makes a visit, on this machine
 * and without an account. Exit code 0: it passed; 1: it did not, or could not begin; 130: it was stopped.
 */
import { writeFile } from "node:fs/promises";
import { json } from "../infra/rehearsal/report/json.ts";
import type { RehearsalResult } from "../infra/rehearsal/report/result.ts";
import { screen } from "../infra/rehearsal/report/screen.ts";
import { exitCode } from "../infra/rehearsal/report/verdict.ts";
import { findEngine, type Engine } from "./engine/engine.ts";
import { ExplainedError } from "./local/stackFile.ts";
import { askedBy, type Asked } from "./rehearse/asked.ts";
import type { PersonsBrowser } from "./rehearse/browser.ts";
import { page } from "./rehearse/page.tsx";
import { progress } from "./rehearse/progress.ts";
import { stage, type Stage } from "./rehearse/stage.ts";
import { invite, wantsAnother } from "./rehearse/stay.ts";

const STOPPED = 130;
const say = (line: string) => void process.stdout.write(line + "\n");

async function rehearse(asked: Asked, signal: AbortSignal): Promise<number> {
  const engine = await engineHere();
  const played = stage({ asked, engine, signal, say, hear: progress(process.stdout) });
  try {
    const result = await played.play();
    await show(asked, result);
    return asked.keep ? await stay(asked, played, result, signal) : exitCode(result);
  } finally {
    await played.stop();
  }
}

/** Goes on until a Ctrl-C: a person plays the visit by hand, changes the stack file, and has it deployed again. */
async function stay(
  asked: Asked,
  played: Stage,
  first: RehearsalResult,
  signal: AbortSignal,
): Promise<number> {
  let code: number = exitCode(first);
  let browser: { readonly of: unknown; readonly is: PersonsBrowser } | undefined;
  try {
    for (;;) {
      const standing = played.standing();
      if (standing !== undefined && browser?.of !== standing.rehearsal) {
        await browser?.is.stop();
        browser = { of: standing.rehearsal, is: await invite(standing.rehearsal, standing.stack, say) };
      }
      say("Enter deploys what you have changed in " + asked.file + "; Ctrl-C ends it.");
      if (!(await wantsAnother(process.stdin, signal))) return code;
      const again = await played.play().catch(saidIfExplained);
      if (again === undefined) continue;
      await show(asked, again);
      code = exitCode(again);
    }
  } finally {
    // Standard input that was read once would keep the process running.
    process.stdin.destroy();
    await browser?.is.stop();
  }
}

function saidIfExplained(fault: unknown): undefined {
  if (!(fault instanceof ExplainedError)) throw fault;
  say(fault.message);
}

/** @throws ExplainedError */
async function engineHere(): Promise<Engine> {
  const engine = await findEngine();
  if (engine.kind !== "none") return engine;
  throw new ExplainedError(
    [
      "A rehearsal runs the real Pulumi engine, and there is none here, because " + engine.because + ".",
      "Either install Pulumi (https://www.pulumi.com/docs/install/), or install Go and run: npm run engine",
    ].join("\n"),
  );
}

async function show(asked: Asked, result: RehearsalResult): Promise<void> {
  if (asked.json !== undefined) await writeFile(asked.json, json(result));
  if (asked.html !== undefined) await writeFile(asked.html, page(result));
  say("\n" + screen(result).trimEnd());
}

const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => {
    if (!stopping.signal.aborted) say("\nStopping …");
    stopping.abort();
  });

// The reader of the output is gone, as with `head`.
process.stdout.on("error", () => stopping.abort());

try {
  process.exitCode = await rehearse(askedBy(process.argv.slice(2)), stopping.signal);
} catch (fault) {
  if (stopping.signal.aborted) process.exitCode = STOPPED;
  else {
    const words =
      fault instanceof ExplainedError ? fault.message : fault instanceof Error ? fault.stack : String(fault);
    process.stderr.write((words ?? "") + "\n");
    process.exitCode = 1;
  }
}
