/**
 * Whether staff hold back what the connector would write to a patient by itself. It is asked when a message is about to leave,
 * and by no message that staff send by hand.
 */
import type { Outcome } from "../domain/job.ts";
import type { VisitId } from "../domain/linkToken.ts";
import type { Parts } from "../parts.ts";

/** Why a message waits that staff hold back. */
export const HELD_BACK = "messages.held";
/** No job is told that staff have let it go, and whoever does so waits for that. */
export const HELD = {
  kind: "not-now",
  reason: HELD_BACK,
  afterSeconds: 15,
  growsToSeconds: 60,
} as const satisfies Outcome;

/**
 * @param whose keyed hashes of the patient to be told, by each id that is known of them; left out where nobody can say. What
 * was held back while the visit was somebody else's holds nothing back from them, though its row may not say so yet.
 * @throws UnreadableRecord
 */
export async function isHeldBack(
  { visits }: Pick<Parts, "visits">,
  id: VisitId,
  whose: ReadonlySet<string> | undefined,
): Promise<boolean> {
  const kept = await visits.withPatients(id);
  if (kept?.visit.held === undefined) return false;
  const { patients = [] } = kept;
  return whose === undefined || patients.length === 0 || patients.some((each) => whose.has(each));
}
