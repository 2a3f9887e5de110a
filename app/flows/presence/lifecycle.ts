/**
 * Graph's notifications about a subscription itself
 * (https://learn.microsoft.com/graph/change-notifications-lifecycle-events).
 */
import type { VisitId } from "../../domain/linkToken.ts";
import { isToldBy, type Subscription } from "../../domain/watching.ts";
import { watchAt } from "../../records/watching.ts";
import type { PresencePicks } from "./parts.ts";

/**
 * Takes a lifecycle notification: Graph wants the subscription reauthorized, has ended it, or has lost a notification. In
 * each case the visit is looked at anew. One about another subscription than the visit's changes nothing.
 */
export async function takeLifecycle(
  parts: PresencePicks,
  id: VisitId,
  { event, subscription: about }: { readonly event: string; readonly subscription: string },
): Promise<"taken" | "another's"> {
  const { log, presences, jobs, queue, visits } = parts;
  const visit = await visits.byId(id);
  const watched = await presences.of(id);
  const subscription = watched?.subscription;
  // After one of these, none is kept until the visit was looked at; it may come again until then.
  if (watched === undefined || !isToldBy(subscription ? { subscription } : watched, about))
    return "another's";
  const known = KNOWN.get(event.toLowerCase());
  log.info("presence.lifecycle", { reason: known ?? "other" });
  if (visit === undefined || known === undefined) return "taken";
  const now = queue.now();
  if (known === "reauthorizationRequired" && subscription !== undefined)
    await presences.watching(visit, { subscription: endingSoon(subscription, now) }, subscription.id);
  else {
    if (known !== "reauthorizationRequired") await presences.missed(visit, now);
    // With no subscription kept, a new one is made; if Graph still has the old one, it is replaced.
    await presences.watching(visit, {});
  }
  await watchAt(jobs, id, now);
  return "taken";
}

/**
 * A renewal reauthorizes the subscription, too, so that nothing is lost in between and Graph need not be asked for all
 * subscriptions, however often it wants this. If the job comes later than this, a new one is made.
 */
const endingSoon = (subscription: Subscription, now: Date): Subscription => ({
  ...subscription,
  until: new Date(Math.min(subscription.until.getTime(), now.getTime() + RENEWED_WITHIN_MS)),
});

const RENEWED_WITHIN_MS = 60_000;

const KNOWN = new Map(
  (["reauthorizationRequired", "subscriptionRemoved", "missed"] as const).map((name) => [
    name.toLowerCase(),
    name,
  ]),
);
