/**
 * Limits repeated log entries. That something is refused a thousand times in a minute is one thing to know and not a
 * thousand: a log that anybody can fill hides what matters, and costs its owner money.
 */

import type { Log } from "../log.ts";

const MINUTE_MS = 60_000;
/**
 * Entries of a kind that are logged one by one in a minute, so that people who read out a reference are found in the log: of
 * one caller, and of all together. More than that of one do not come from a person.
 */
const SINGLY = 5;
const SINGLY_OF_ALL = 20;
/** Kinds that are told apart in a minute: there are not that many, unless somebody makes up the codes in their names. */
const MOST_KINDS = 200;

export interface Floods {
  /**
   * How one more of a kind is logged: by itself, as the one entry that stands for the rest of its minute, or not any more.
   * @param caller whose it is: what one caller does uses up what is logged one by one of nobody else, until many callers do it
   * @returns with `reference`, the reference to show. Where an entry is not logged, it is that of the entry which stands for
   * it, with a number behind it ({@link FURTHER}): so nobody is shown the same reference as somebody else
   */
  next(
    kind: string,
    reference: string,
    caller?: string,
  ): { readonly logged: "singly" | "as-flood" | "no"; readonly reference: string };
}

/** Stands between the reference of an entry and the number of a further one for which that entry stands. */
export const FURTHER = "-";

interface Seen {
  /** How many of each caller were logged one by one; whoever has none of these has no place here. */
  readonly singly: Map<string, number>;
  /** How many were logged so in all. */
  inAll: number;
  /** The entry that stands for the rest, and for how many it stands by now, itself among them. */
  rest?: { readonly reference: string; count: number };
}

/** @param now any clock of milliseconds, best one that never goes back */
export function openFloods(now: () => number): Floods {
  let begun = -Infinity;
  const seen = new Map<string, Seen>();
  return {
    next(kind, reference, caller = "") {
      const age = now() - begun;
      if (age < 0 || age >= MINUTE_MS) {
        begun = now();
        seen.clear();
      }
      const name = seen.has(kind) || seen.size < MOST_KINDS ? kind : "";
      const known = seen.get(name) ?? { singly: new Map<string, number>(), inAll: 0 };
      seen.set(name, known);
      const theirs = known.singly.get(caller) ?? 0;
      if (theirs < SINGLY && known.inAll < SINGLY_OF_ALL) {
        known.singly.set(caller, theirs + 1);
        known.inAll += 1;
        return { logged: "singly", reference };
      }
      if (known.rest === undefined) {
        known.rest = { reference, count: 1 };
        return { logged: "as-flood", reference };
      }
      known.rest.count += 1;
      return { logged: "no", reference: known.rest.reference + FURTHER + String(known.rest.count) };
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
