/** Three kinds of work, as the connector's own will be: each has another way of making the second time harmless. */
import type { Handlers, Outcome, Task } from "../../app/domain/job.ts";

export const CHAOS_KINDS = {
  /** Like a text: the outside knows its id, and takes a second one with that id for the first. */
  told: { ids: ["number"], limitSeconds: 5 },
  /** Like a purchase: the outside is asked whether it happened before it is done. */
  asked: { ids: ["number"], limitSeconds: 5 },
  /** Like a report: it fails, is busy or hangs now and then, and is done at last. */
  moody: { ids: ["number"], limitSeconds: 0.5 },
} as const;
export type ChaosKinds = typeof CHAOS_KINDS;
export type ChaosKind = keyof ChaosKinds;

/** What the outside counts, and answers. */
export interface Outside {
  /** @returns whether it happened already, under that id. */
  happened(id: string, signal: AbortSignal): Promise<boolean>;
  /** Happens, once for each id. Which try of the job it was is said for the count only. */
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
