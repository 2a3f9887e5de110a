/** One run of a promotion, and what is noted of it. */
import {
  MOST_CHARACTERS,
  MOST_DONE,
  type PromotionRecord,
  type StepDone,
  type StepName,
} from "../../app/domain/promotion.ts";
import type { Journal, Plan, Production, Turn } from "./port.ts";

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
  /** As it was kept. */
  record?: PromotionRecord;
  /** Why it goes back, in all the words there are; only the journal's are kept. */
  why?: string;
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
  const done = { step, milliseconds: run.now().getTime() - began.getTime(), told: cut(told) };
  run.journal = { ...run.journal, done: [...run.journal.done, done].slice(-MOST_DONE) };
  run.done(done);
}

/** Words of a program that may tell a setting's value: for whoever sits there, and kept nowhere. */
export class Withheld extends Error {
  override readonly name = "Withheld";
  readonly code: string;
  /** @param code what is kept of it */
  constructor(code: string, words: string, options?: ErrorOptions) {
    super(words, options);
    this.code = code;
  }
}

/** What may be kept of a fault. */
export const keptOf = (fault: unknown): string => (fault instanceof Withheld ? fault.code : wordsOf(fault));

/** As much of it as the next run reads again. */
export const cut = (text: string): string =>
  text.length > MOST_CHARACTERS ? text.slice(0, MOST_CHARACTERS - 1) + "…" : text;

export const short = (digest: string): string => digest.slice(0, 12);
export const wordsOf = (fault: unknown): string => (fault instanceof Error ? fault.message : String(fault));
