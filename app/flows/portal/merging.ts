/** What two administrators have typed of the same setting, field by field: nothing of either is lost unseen. */
import * as z from "zod";

export interface Difference<F extends string> {
  readonly field: F;
  readonly was: string;
  readonly now: string;
  /** What was typed here, where both have changed the field. */
  readonly mine?: string;
}

/**
 * Merges what two administrators have changed: what only the other one has changed is taken over, what was typed here stays,
 * and where both have changed a field, the page says so. Of a list, which has an item on each line, both ones' additions and
 * removals count.
 */
export function mergedOf<F extends string>(
  fields: readonly F[],
  {
    typed,
    was,
    now,
    lists = [],
  }: {
    readonly typed: Readonly<Record<F, string>>;
    /** What the form showed when it was opened. */
    readonly was: Partial<Readonly<Record<F, string>>>;
    readonly now: Readonly<Record<F, string>>;
    readonly lists?: readonly F[];
  },
): { readonly typed: Readonly<Record<F, string>>; readonly differences: readonly Difference<F>[] } {
  const before = (field: F): string => was[field] ?? now[field];
  const isMine = (field: F) => typed[field] !== before(field);
  const both = (field: F): string => {
    if (!isMine(field)) return now[field];
    return lists.includes(field) ? mergedLines(before(field), typed[field], now[field]) : typed[field];
  };
  const merged = Object.fromEntries(fields.map((field) => [field, both(field)])) as Record<F, string>;
  const differences = fields
    .filter((field) => before(field) !== now[field])
    .map((field) => ({
      field,
      was: before(field),
      now: now[field],
      ...(isMine(field) && { mine: typed[field] }),
    }));
  return { typed: merged, differences };
}

function mergedLines(was: string, mine: string, now: string): string {
  const [before, here] = [new Set(was.split("\n")), new Set(mine.split("\n"))];
  const kept = now.split("\n").filter((line) => here.has(line) || !before.has(line));
  const added = mine.split("\n").filter((line) => !before.has(line));
  return [...new Set([...kept, ...added])].filter((line) => line !== "").join("\n");
}

const wasOf = z.record(z.string(), z.string()).catch({});

/** What a form showed when it was opened; empty where the text was not made by it, so that every field counts as typed here. */
export function wasIn<F extends string>(text: string): Partial<Readonly<Record<F, string>>> {
  try {
    return wasOf.parse(JSON.parse(text)) as Partial<Record<F, string>>;
  } catch {
    return {};
  }
}
