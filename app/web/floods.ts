/**
 * What is refused a thousand times in a minute is one thing to know and not a thousand: a log that whoever likes can fill
 * hides what matters, and costs its owner money.
 */

import type { Log } from "../log.ts";

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

/** For a failure that very many meet at once: what is away is away for all of them. Logs each kind of cause as a flood. */
export function openErrors(log: Pick<Log, "error">, event: string): (cause: unknown) => void {
  const floods = openFloods(() => performance.now());
  return (cause) => {
    const { logged } = floods.next(cause instanceof Error ? cause.name : "unknown", "");
    if (logged !== "no") log.error(logged === "singly" ? event : event + ".flood", cause);
  };
}
