/** One run of a promotion, and its journal. */
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
  /** Called when each step ends. */
  readonly done: (done: StepDone) => void;
  /** Called with each line about what is found and what is undone. */
  readonly say: (line: string) => void;
  /** Whether somebody has asked it to stop; before the swap it then goes back. */
  readonly isStopped: () => boolean;
}

export interface Run extends Watching {
  readonly production: Production;
  readonly turn: Turn;
  journal: Journal;
  plan?: Plan;
  /** The record as it was kept. */
  record?: PromotionRecord;
  /** The full reason why it goes back; only the journal's shortened one is kept. */
  why?: string;
}

export function recordOf({ production, journal, now }: Run, outcome: "done" | "went-back"): PromotionRecord {
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

/** A program's message that may contain a setting's value: it is shown to the person at the terminal, and stored nowhere. */
export class NotForTheRecord extends Error {
  override readonly name = "NotForTheRecord";
  readonly code: string;
  /** @param code what may be stored in its place */
  constructor(code: string, words: string, options?: ErrorOptions) {
    super(words, options);
    this.code = code;
  }
}

/** The part of a fault that may be stored. */
export const keptOf = (fault: unknown): string =>
  fault instanceof NotForTheRecord ? fault.code : wordsOf(fault);

/** The text, shortened to the length that the next run accepts. */
export const cut = (text: string): string =>
  text.length > MOST_CHARACTERS ? text.slice(0, MOST_CHARACTERS - 1) + "…" : text;

export const short = (digest: string): string => digest.slice(0, 12);
export const wordsOf = (fault: unknown): string => (fault instanceof Error ? fault.message : String(fault));
