/** A deleted visit takes along what Microsoft Graph tells of its meeting. */
import type { VisitId } from "../../../domain/linkToken.ts";
import type { Subscription } from "../../../domain/watching.ts";
import { CallEventsFault } from "../../../ports/callEvents.ts";
import { UnreadableRecord } from "../../../records/record.ts";
import type { PortalPicks } from "../parts.ts";

type Picks = Pick<PortalPicks, "callEvents" | "log" | "presences">;

/** Asked before the deletion, which takes away whose it is. */
export async function subscriptionOf(
  { presences }: Picks,
  visit: VisitId,
): Promise<Subscription | undefined> {
  try {
    return (await presences.of(visit))?.subscription;
  } catch (error) {
    // What cannot be read is deleted all the same.
    if (error instanceof UnreadableRecord) return undefined;
    throw error;
  }
}

/** Where Graph does not take it now, it ends by itself; what comes until then is thrown away. */
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
