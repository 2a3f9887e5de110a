/** A rehearsal that is played once or, while a person changes the stack file, repeatedly. */
import { openRehearsal, type Rehearsal } from "../../infra/rehearsal/rehearsal.ts";
import type { RehearsalResult } from "../../infra/rehearsal/report/result.ts";
import type { StepDone } from "../../infra/rehearsal/visit/steps.ts";
import type { StackSettings } from "../../infra/stack.ts";
import type { Engine } from "../engine/engine.ts";
import { readDeployedStackFile } from "../local/stackFile.ts";
import type { Asked } from "./asked.ts";
import { openEngine, type RehearsalEngine } from "./engine.ts";
import { releaseFor } from "./release.ts";

export interface StageOptions {
  readonly asked: Asked;
  readonly engine: Engine;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  readonly hear: (name: string, done?: StepDone) => void;
}

export interface Stage {
  /**
   * Plays with the stack file as it is now.
   * @throws ExplainedError when the file cannot be used
   */
  play(): Promise<RehearsalResult>;
  /** What stays up after {@link play}, and the settings with which it was played. */
  standing(): Standing | undefined;
  stop(): Promise<void>;
}

export interface Standing {
  readonly rehearsal: Rehearsal;
  readonly stack: StackSettings;
}

interface Open extends Standing {
  readonly attached: RehearsalEngine;
  readonly passed: boolean;
}

export function stage({ asked, engine, signal, say, hear }: StageOptions): Stage {
  let open: Open | undefined;
  const stop = async () => {
    const before = open;
    open = undefined;
    await before?.rehearsal.stop();
  };

  async function opened(stack: StackSettings, stackFile: string): Promise<Omit<Open, "passed" | "stack">> {
    let attached: RehearsalEngine | undefined;
    const rehearsal = await openRehearsal({
      name: asked.stack,
      stack,
      now: () => new Date(),
      openEngine: async (azure) => (attached = await openEngine({ engine, stackFile, signal }, azure)),
      hear,
      signal,
    });
    if (attached === undefined) throw new Error("The rehearsal opened no engine.");
    return { rehearsal, attached };
  }

  return {
    standing: () => open,
    stop,
    play: async () => {
      const stack = await readDeployedStackFile(asked.file, asked.said, "a rehearsal deploys");
      const release = await releaseFor(asked, stack);
      try {
        say(`Rehearsing ${asked.stack} with ${release.told}.`);
        // After a failure the rehearsal may be in any state, so the next one starts from the beginning.
        if (open?.passed !== true) await stop();
        else await open.attached.take(release.stackFile);
        const here = open ?? (await opened(stack, release.stackFile));
        open = { ...here, stack, passed: false };
        const result = await here.rehearsal.play(stack);
        open = { ...here, stack, passed: result.passed };
        return result;
      } finally {
        await release.dismiss();
      }
    },
  };
}
