/**
 * Azure's management and Graph refuse for a while whoever asks much, with the seconds to wait. What they refused so was not
 * done, so it is asked again (https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling).
 */
import { setTimeout as passed } from "node:timers/promises";
import { parseRetryAfter } from "../app/domain/retry.ts";
import { azureSecondMs } from "../infra/dataplane/environment.ts";

const MOST_TIMES = 4;
/** A limit of the hour is not waited for. */
const LONGEST_MS = 60_000;

/**
 * @param ask is called anew each time
 * @param waits is told of each wait, in seconds, before it begins
 */
export async function onceUnthrottled(
  ask: () => Promise<Response>,
  signal: AbortSignal,
  waits?: (seconds: number) => void,
): Promise<Response> {
  for (let times = 0; ; times++) {
    const answer = await ask();
    const wait =
      answer.status === 429 ? parseRetryAfter(answer.headers.get("retry-after"), new Date()) : undefined;
    if (wait === undefined || wait > LONGEST_MS || times === MOST_TIMES) return answer;
    await answer.body?.cancel();
    waits?.(wait / 1000);
    await passed((wait / 1000) * azureSecondMs(), undefined, { signal });
  }
}
