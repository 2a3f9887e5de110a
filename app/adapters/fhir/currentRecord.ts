/**
 * Follows a patient's record to the one that stands for the patient now. Records get combined, and one that was replaced names
 * its successor. The page and the job that sends both follow it here, so that they agree whom nobody can write to.
 */
import { isReplacementHidden, replacementOf, type Patient } from "./patients.ts";

/** How many replacements are followed to find the current record. */
const MOST_HOPS = 5;

/** What became of reading one record; `why` says what kept it from being read. */
export type Followable<R, Why> =
  { readonly kind: "record"; readonly record: R } | { readonly kind: "not-read"; readonly why: Why };

interface Followed<R, Why> {
  /** The records that were read: the one that was asked for, and after each one its successor. */
  readonly records: readonly { readonly id: string; readonly record: R }[];
  /**
   * Whether the last of them stands for the patient. `unclear`: it was replaced, or may have been, and does not say clearly by
   * which one, or by one of before, or there are too many. `not-read`: its successor, or the first one, could not be read.
   */
  readonly end:
    | { readonly kind: "current" }
    | { readonly kind: "unclear" }
    | { readonly kind: "not-read"; readonly why: Why };
}

/** @throws what `read` throws */
export async function followed<R extends { readonly value: Pick<Patient, "link" | "active"> }, Why>(
  first: string,
  base: string,
  read: (id: string) => Promise<Followable<R, Why>>,
): Promise<Followed<R, Why>> {
  const records: { readonly id: string; readonly record: R }[] = [];
  for (let next = first; records.length <= MOST_HOPS && records.every(({ id }) => id !== next);) {
    const came = await read(next);
    if (came.kind === "not-read") return { records, end: came };
    const { record } = came;
    records.push({ id: next, record });
    const replacement = replacementOf(record.value, base);
    if (replacement === undefined)
      return { records, end: { kind: isReplacementHidden(record.value, base) ? "unclear" : "current" } };
    next = replacement;
  }
  return { records, end: { kind: "unclear" } };
}
