/**
 * What is read of every connection, for pages that people open. Where there are very many, a page shows what was found up to a
 * minute ago. What was found up to five minutes ago is shown while the next look begins; whoever finds older waits for that look.
 */
import { isYounger } from "../../domain/age.ts";
import type { PortalPicks } from "./parts.ts";

export const MANY_CONNECTIONS = 100;
const STAYS_MS = 60_000;
/** Nobody is shown what is older. */
const OLDEST_MS = 5 * 60_000;

type Picks = Pick<PortalPicks, "hospital" | "now">;

export function ofMany<T>({ hospital, now }: Picks, look: () => Promise<T>): () => Promise<T> {
  let last: { readonly found: T; readonly at: number } | undefined;
  let looking: Promise<T> | undefined;
  const lookNow = async () => {
    const at = now().getTime();
    const found = await look();
    last = { found, at };
    return found;
  };
  return async () => {
    // What cannot be read is said by the look itself.
    const connections = await hospital.connections().catch(() => []);
    if (connections.length <= MANY_CONNECTIONS) return look();
    if (last !== undefined && isYounger(last.at, now(), STAYS_MS)) return last.found;
    looking ??= lookNow().finally(() => (looking = undefined));
    if (last === undefined || !isYounger(last.at, now(), OLDEST_MS)) return looking;
    // Nobody waits for it, and the next page begins another.
    looking.catch(() => undefined);
    return last.found;
  };
}
