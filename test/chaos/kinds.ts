/** Three kinds of work like the connector's own. Each makes doing the work a second time harmless in another way. */
import type { Handlers, Outcome, Task } from "../../app/domain/job.ts";

export const CHAOS_KINDS = {
  /** Like a text: the outside knows its id and counts a second one with the same id as the first. */
  told: { ids: ["number"], limitSeconds: 5 },
  /** Like a purchase: before it is tried again, the outside is asked whether it has already happened. */
  asked: { ids: ["number"], limitSeconds: 5 },
  /** Like a report: now and then it fails, is busy or hangs, and in the end it is done. */
  moody: { ids: ["number"], limitSeconds: 0.5 },
} as const;
export type ChaosKinds = typeof CHAOS_KINDS;
export type ChaosKind = keyof ChaosKinds;

/** The outside, as a process that does jobs sees it. */
export interface Outside {
  /** @returns whether the act with that id has already happened. */
  happened(id: string, signal: AbortSignal): Promise<boolean>;
  /** Does the act of a job. The outside also counts which of the job's tries did it. */
  act(task: Pick<Task, "id" | "due" | "tries" | "signal">): Promise<void>;
}

const done: Outcome = { kind: "done" };

export function chaosHandlers(outside: Outside, chance: () => number): Handlers<ChaosKinds> {
  const tell = async (task: Task) => {
    await outside.act(task);
    return done;
  };
  return {
    told: tell,
    async asked(task) {
      if (task.tries > 1 && (await outside.happened(task.id, task.signal))) return done;
      return tell(task);
    },
    async moody(task) {
      const mood = chance();
      if (mood < 0.02) return { kind: "failed", reason: "moody" };
      if (mood < 0.04) return { kind: "not-now", reason: "moody", afterSeconds: 1 };
      if (mood < 0.043) throw new Error("in a mood");
      if (mood < 0.045) await new Promise(() => undefined);
      return tell(task);
    },
  };
}
