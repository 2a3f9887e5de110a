/**
 * Limits repeated log entries. That something is refused a thousand times in a minute is one thing to know and not a
 * thousand: a log that anybody can fill hides what matters, and costs its owner money.
 */

import type { Log } from "../log.ts";

const MINUTE_MS = 60_000;
/**
 * Entries of a kind that are logged one by one in a minute, so that people who read out a reference are found in the log.
 * More than that do not come from people.
 */
const SINGLY = 5;

export interface Floods {
  /**
   * How one more of a kind is logged: by itself, as the one entry that stands for the rest of its minute, or not any more.
   * @returns with `reference`, the reference to show: if an entry is not logged, it is that of the entry which stands for it
   */
  next(
    kind: string,
    reference: string,
  ): { readonly logged: "singly" | "as-flood" | "no"; readonly reference: string };
}

/** @param now any clock of milliseconds, best one that never goes back */
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

/** For a failure that very many meet at once, such as a service that is away. Logs each kind of cause as a flood. */
export function openErrors(log: Pick<Log, "error">, event: string): (cause: unknown) => void {
  const floods = openFloods(() => performance.now());
  return (cause) => {
    const { logged } = floods.next(cause instanceof Error ? cause.name : "unknown", "");
    if (logged !== "no") log.error(logged === "singly" ? event : event + ".flood", cause);
  };
}

export interface Outage {
  /** Something has failed. */
  failed(cause: unknown): void;
  /** Something has worked. */
  worked(): void;
}

/**
 * For what a program asks again and again while something is away: logs the first failure, and the next one only after it
 * has worked for a minute without a failure in between. What works and fails by turns is one outage.
 * @param now any clock of milliseconds, best one that never goes back
 */
export function openOutage(log: Pick<Log, "error">, event: string, now = () => performance.now()): Outage {
  let lastFailure: number | undefined;
  return {
    failed(cause) {
      if (lastFailure === undefined) log.error(event, cause);
      lastFailure = now();
    },
    worked() {
      if (lastFailure !== undefined && now() - lastFailure >= MINUTE_MS) lastFailure = undefined;
    },
  };
}
