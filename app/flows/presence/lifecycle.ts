/**
 * Graph's notifications about a subscription itself
 * (https://learn.microsoft.com/graph/change-notifications-lifecycle-events).
 */
import type { VisitId } from "../../domain/linkToken.ts";
import { watchAt } from "../../records/watching.ts";
import type { PresencePicks } from "./parts.ts";

/**
 * Takes a lifecycle notification: Graph wants the subscription reauthorized, has ended it, or has lost a notification. In
 * each case the visit is looked at anew, and subscribed to again. Any other event is only logged.
 */
export async function takeLifecycle(parts: PresencePicks, id: VisitId, event: string): Promise<void> {
  const { log, presences, jobs, queue, visits } = parts;
  const visit = await visits.byId(id);
  log.info("presence.lifecycle", { reason: KNOWN.get(event.toLowerCase()) ?? "other" });
  if (visit === undefined || !KNOWN.has(event.toLowerCase())) return;
  if (LOST.includes(event.toLowerCase())) await presences.missed(visit, queue.now());
  // With no subscription kept, a new one is made; if Graph still has the old one, it is replaced.
  await presences.watching(visit, {});
  await watchAt(jobs, id, queue.now());
}

/** The events that mean that something that happened was not reported, or will not be. */
const LOST = ["subscriptionRemoved", "missed"].map((name) => name.toLowerCase());

const KNOWN = new Map(
  ["reauthorizationRequired", "subscriptionRemoved", "missed"].map((name) => [name.toLowerCase(), name]),
);
