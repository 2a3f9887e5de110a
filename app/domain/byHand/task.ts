export const BEFORE = "before pulumi up";
export const AFTER = "after the first pulumi up";

/** One thing that only a person can do. */
export interface Task {
  readonly title: string;
  readonly when: typeof BEFORE | typeof AFTER;
  /** Whose right it needs. */
  readonly who: string;
  readonly why: string;
  /** To paste; several lines. */
  readonly text: string;
}

/** Text to paste, a line each. */
export const lines = (...texts: readonly (string | readonly string[])[]): string => texts.flat().join("\n");
