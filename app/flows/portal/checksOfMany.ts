/**
 * What every flow looks at, for pages that people open. A look reads rows of every connection: where there are very many,
 * a page shows what was found up to a minute ago, or before it where nobody has looked since, and the next look begins.
 */
import { isYounger } from "../../domain/age.ts";
import type { Check } from "../../web/flow.ts";
import type { PortalPicks } from "./parts.ts";

export const MANY_CONNECTIONS = 100;
const STAYS_MS = 60_000;

type Picks = Pick<PortalPicks, "checks" | "hospital" | "now">;

export function checksOfMany({ checks, hospital, now }: Picks): () => Promise<readonly Check[]> {
  let last: { readonly found: readonly Check[]; readonly at: number } | undefined;
  let looking: Promise<readonly Check[]> | undefined;
  const look = async () => {
    const at = now().getTime();
    const found = await checks();
    last = { found, at };
    return found;
  };
  return async () => {
    // What cannot be read is said by the checks themselves.
    const connections = await hospital.connections().catch(() => []);
    if (connections.length <= MANY_CONNECTIONS) return checks();
    if (last !== undefined && isYounger(last.at, now(), STAYS_MS)) return last.found;
    looking ??= look().finally(() => (looking = undefined));
    return last?.found ?? looking;
  };
}
