/**
 * The form of each task that only a person can do, such as a consent: what it is, when, by whom, and the text to paste.
 * The files beside this one have the tasks.
 */

export const BEFORE = "before pulumi up";
export const AFTER = "after the first pulumi up";

/** One thing that only a person can do. */
export interface Task {
  readonly title: string;
  readonly when: typeof BEFORE | typeof AFTER;
  /** The role whose rights the task needs. */
  readonly who: string;
  readonly why: string;
  /** The text to paste, of several lines. */
  readonly text: string;
}

/** Joins texts to one with a line for each. */
export const lines = (...texts: readonly (string | readonly string[])[]): string => texts.flat().join("\n");
