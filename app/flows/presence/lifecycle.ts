/** What Graph says of a subscription itself (https://learn.microsoft.com/graph/change-notifications-lifecycle-events). */
import type { VisitId } from "../../domain/linkToken.ts";
import { watchAt } from "../../records/watching.ts";
import type { PresencePicks } from "./parts.ts";

/**
 * It wants to be asked whether it may go on, has ended it, or has lost something: in each case the visit is looked at anew, and
 * asked for again. Whatever else it says is only counted.
 */
export async function takeLifecycle(parts: PresencePicks, id: VisitId, event: string): Promise<void> {
  const { log, presences, jobs, queue, visits } = parts;
  const visit = await visits.byId(id);
  log.info("presence.lifecycle", { reason: KNOWN.get(event.toLowerCase()) ?? "other" });
  if (visit === undefined || !KNOWN.has(event.toLowerCase())) return;
  if (LOST.includes(event.toLowerCase())) await presences.missed(visit, queue.now());
  // Without one, it is made anew; where Graph still has it, that one is replaced.
  await presences.watching(visit, {});
  await watchAt(jobs, id, queue.now());
}

/** Something of what happened was not told, or is not. */
const LOST = ["subscriptionRemoved", "missed"].map((name) => name.toLowerCase());

const KNOWN = new Map(
  ["reauthorizationRequired", "subscriptionRemoved", "missed"].map((name) => [name.toLowerCase(), name]),
);
