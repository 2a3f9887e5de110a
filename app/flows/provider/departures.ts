/**
 * Notes that a launch was sent on to a chart system's sign-in, so that it is told where nobody comes back from there. Anybody
 * who knows a chart's base URL can open a launch and never return, so one counts only where it comes from an address from
 * which somebody has come back, or where nobody has opened a visit from that chart lately: what is told then is so, whoever
 * has begun the launch.
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
  return {
    async began(connectionId, caller) {
      try {
        if (known.get(connectionId)?.has(caller) === true || (await isUnused(connectionId)))
          await canaries.begun(connectionId);
      } catch (error) {
        log.error("canary.launch_not_noted", error, { connection: connectionId });
      }
    },
    cameBack(connectionId, caller) {
      const callers = known.get(connectionId) ?? new Set();
      known.set(connectionId, callers);
      callers.delete(caller);
      callers.add(caller);
      const [oldest] = callers;
      if (callers.size > MOST_CALLERS && oldest !== undefined) callers.delete(oldest);
    },
  };
}
