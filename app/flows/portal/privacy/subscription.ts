/** Ends the subscription of a visit that is deleted, by which Microsoft Graph reports what happens in its meeting. */
import type { VisitId } from "../../../domain/linkToken.ts";
import type { Subscription } from "../../../domain/watching.ts";
import { CallEventsFault } from "../../../ports/callEvents.ts";
import { UnreadableRecord } from "../../../records/record.ts";
import type { PortalPicks } from "../parts.ts";

type Picks = Pick<PortalPicks, "callEvents" | "log" | "presences">;

/** The visit's subscription. It is read before the deletion, after which nobody knows whose it was. */
export async function subscriptionOf(
  { presences }: Picks,
  visit: VisitId,
): Promise<Subscription | undefined> {
  try {
    return (await presences.of(visit))?.subscription;
  } catch (error) {
    // A row that cannot be read is deleted all the same.
    if (error instanceof UnreadableRecord) return undefined;
    throw error;
  }
}

/** Ends the subscription at Graph. If that fails, it ends by itself, and notifications until then are dropped. */
export async function endSubscription(
  { callEvents, log }: Picks,
  subscription: Subscription | undefined,
): Promise<void> {
  if (subscription === undefined) return;
  try {
    await callEvents?.remove(subscription.id);
  } catch (error) {
    if (!(error instanceof CallEventsFault)) throw error;
    log.error("presence.not_ended", error);
  }
}
