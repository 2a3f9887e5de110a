/**
 * Shares what is read of every connection, for pages that people open. Where there are very many connections, a page shows
 * what was found up to a minute ago. What is older, up to five minutes, is shown while the next look begins; a page for
 * which only older results exist waits for that look.
 */
import { isYounger } from "../../domain/age.ts";
import type { PortalPicks } from "./parts.ts";

export const MANY_CONNECTIONS = 100;
const STAYS_MS = 60_000;
/** Results that are older are not shown. */
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
    // A failure to read is reported by the look itself.
    const connections = await hospital.connections().catch(() => []);
    if (connections.length <= MANY_CONNECTIONS) return look();
    if (last !== undefined && isYounger(last.at, now(), STAYS_MS)) return last.found;
    looking ??= lookNow().finally(() => (looking = undefined));
    if (last === undefined || !isYounger(last.at, now(), OLDEST_MS)) return looking;
    // Nobody waits for this look, and if it fails, the next page begins another one.
    looking.catch(() => undefined);
    return last.found;
  };
}
