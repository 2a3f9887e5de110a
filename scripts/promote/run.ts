/** One run of a promotion, and what is noted of it. */
import type { Journal, Plan, Production, PromotionRecord, StepDone, StepName, Turn } from "./port.ts";

export interface Watching {
  readonly now: () => Date;
  /** Hears each step's end. */
  readonly done: (done: StepDone) => void;
  /** Hears what is found and what is undone, a line at a time. */
  readonly say: (line: string) => void;
  /** Whether somebody has asked it to stop: until the swap it goes back then. */
  readonly isStopped: () => boolean;
}

export interface Run extends Watching {
  readonly production: Production;
  readonly turn: Turn;
  journal: Journal;
  plan?: Plan;
}

export function recordOf(
  { production, journal, now }: Run,
  outcome: PromotionRecord["outcome"],
): PromotionRecord {
  const { direction: _direction, step: _step, ...kept } = journal;
  const { goal, before } = journal;
  const runs = outcome === "done" ? goal.site : before.site;
  return { ...kept, stack: production.stack, outcome, endedAt: now().toISOString(), runs };
}

export function note(run: Run, step: StepName, began: Date, told: string): void {
  const done = { step, milliseconds: run.now().getTime() - began.getTime(), told };
  run.journal = { ...run.journal, done: [...run.journal.done, done] };
  run.done(done);
}

export const short = (digest: string): string => digest.slice(0, 12);
export const wordsOf = (fault: unknown): string => (fault instanceof Error ? fault.message : String(fault));
