/**
 * What is refused a thousand times in a minute is one thing to know and not a thousand: a log that whoever likes can fill
 * hides what matters, and costs its owner money.
 */

const MINUTE_MS = 60_000;
/** People who read out a reference are found in the log; more than these in a minute are no longer people. */
const SINGLY = 5;

export interface Floods {
  /**
   * How one more of a kind is logged: by itself, as the one entry that stands for the rest of its minute, or not any more.
   * `reference` is the one to show: whoever reads out that of an entry which is not there finds the entry that stands for it.
   */
  next(
    kind: string,
    reference: string,
  ): { readonly logged: "singly" | "as-flood" | "no"; readonly reference: string };
}

/** `now` is any clock of milliseconds; one that never goes back is best. */
export function openFloods(now: () => number): Floods {
  let begun = -Infinity;
  const seen = new Map<string, { count: number; reference: string }>();
  return {
    next(kind, reference) {
      const age = now() - begun;
      if (age < 0 || age >= MINUTE_MS) {
        begun = now();
        seen.clear();
      }
      const known = seen.get(kind) ?? { count: 0, reference };
      known.count += 1;
      if (known.count <= SINGLY + 1) known.reference = reference;
      seen.set(kind, known);
      const logged = known.count <= SINGLY ? "singly" : known.count === SINGLY + 1 ? "as-flood" : "no";
      return { logged, reference: known.reference };
    },
  };
}
