/**
 * Notes that a launch was sent on to a chart system's sign-in, so that it is told where nobody comes back from there. Anybody
 * who knows a chart's base URL can open a launch and never return, so one counts only where it comes from an address from
 * which somebody has come back, or where nobody has opened a visit from that chart lately, or where several addresses have
 * begun one and nobody has come back since this process began: what is told then is so, whoever has begun the launch.
 */
import type { ProviderPicks } from "./parts.ts";

export interface Departures {
  /** Never rejects. @param caller see web/callerAddress.ts */
  readonly began: (connectionId: string, caller: string) => Promise<void>;
  readonly cameBack: (connectionId: string, caller: string) => void;
}

const LATELY_MS = 3 * 86_400_000;
/** A hospital's clinicians come from few addresses. They are kept in this process alone. */
const MOST_CALLERS = 500;
/** When this many different addresses begin a launch within this time, it is clinicians, and not one stranger. */
const SEVERAL = 3;
const SHORTLY_MS = 15 * 60_000;

export function openDepartures({
  canaries,
  log,
  now,
}: Pick<ProviderPicks, "canaries" | "log" | "now">): Departures {
  const known = new Map<string, Set<string>>();
  const isUnused = async (connectionId: string) => {
    const { lastLaunchedAt } = await canaries.of(connectionId);
    return lastLaunchedAt === undefined || now().getTime() - lastLaunchedAt.getTime() > LATELY_MS;
  };
  /** The last addresses, at most {@link SEVERAL}, and when they began a launch; of connections nobody has come back from. */
  const gone = new Map<string, Map<string, number>>();
  const areSeveralGone = (connectionId: string, caller: string) => {
    if (known.has(connectionId)) return false;
    const at = now().getTime();
    const callers = gone.get(connectionId) ?? new Map<string, number>();
    gone.set(connectionId, callers);
    callers.delete(caller);
    callers.set(caller, at);
    for (const [one, since] of callers)
      if (callers.size > SEVERAL || at - since > SHORTLY_MS) callers.delete(one);
    return callers.size === SEVERAL;
  };
  return {
    async began(connectionId, caller) {
      try {
        const isOurs = known.get(connectionId)?.has(caller) === true || areSeveralGone(connectionId, caller);
        if (isOurs || (await isUnused(connectionId))) await canaries.begun(connectionId);
      } catch (error) {
        log.error("canary.launch_not_noted", error, { connection: connectionId });
      }
    },
    cameBack(connectionId, caller) {
      const callers = known.get(connectionId) ?? new Set();
      known.set(connectionId, callers);
      gone.delete(connectionId);
      callers.delete(caller);
      callers.add(caller);
      const [oldest] = callers;
      if (callers.size > MOST_CALLERS && oldest !== undefined) callers.delete(oldest);
    },
  };
}
