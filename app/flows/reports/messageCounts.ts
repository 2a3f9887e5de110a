/**
 * Counts the messages about a visit, without what each said and to whom. What staff held back is counted apart from what the
 * connector withheld: somebody chose that, and somebody was to call.
 */
import type { MessageCount } from "../../domain/usage.ts";
import type { Withheld } from "../../domain/withheld.ts";
import type { Message } from "../../records/messages.ts";

export function countsOf(messages: readonly Message[]): MessageCount[] {
  const counts = new Map<string, MessageCount>();
  for (const { kind, way, state: last, code, person = 0 } of messages) {
    const state = last === "withheld" && code === HELD ? HELD : last;
    const told = kind === "link" && person !== 0 ? "guest-link" : kind;
    const key = [told, way, state].join(" ");
    counts.set(key, { kind: told, way, state, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.entries()].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, count]) => count);
}

const HELD: Withheld = "held";
