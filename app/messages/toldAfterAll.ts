/**
 * A message was in doubt, so its visit counts as untold where its patient was told something else before; and a report shows
 * later that it has left. Then the visit is at risk no longer.
 */
import type { FoundVisit } from "../domain/found.ts";
import { visitOfMessage } from "../domain/messageId.ts";
import { changeNumberIn } from "../domain/visitMessages.ts";
import type { Parts } from "../parts.ts";
import { unlessUnreadable } from "../records/record.ts";
import type { Message } from "../records/messages.ts";
import { unheardOf } from "./unheard.ts";

/** Of an earlier change it says nothing, and of a later one it is not this change's to say. */
export const noLongerUntold =
  (change: number) =>
  (now: FoundVisit): { readonly found: FoundVisit } => {
    const { isUntold, knownAt: _, ...rest } = now;
    return { found: isUntold === true && now.changes === change ? rest : now };
  };

/** @param message as it is after the report */
export async function toldAfterAll(
  { foundVisits, messages }: Pick<Parts, "foundVisits" | "messages">,
  { id, state, which = "", providerId, patient }: Message,
): Promise<void> {
  const change = changeNumberIn(which);
  const visit = visitOfMessage(id)?.visit;
  // Whatever the vendor accepted was in no doubt, and its visit may be at risk for something else by now.
  const wasInDoubt = providerId === undefined && (state === "delivered" || state === "accepted");
  if (change === undefined || visit === undefined || !wasInDoubt) return;
  const whose = new Set(patient === undefined ? [] : [patient]);
  // Where a row cannot be read the visit stays at risk, which costs a call, and the report is noted all the same.
  await unlessUnreadable(async () => {
    const records = await messages.of(visit);
    await foundVisits.edit(visit, (found) =>
      unheardOf(records, found, whose) === undefined ? noLongerUntold(change)(found) : { found },
    );
  });
}
