/**
 * What becomes of a job that comes upon a row that cannot be read: it waits for whoever mends the row, or for the release that
 * wrote it. That is no failure of the job, so it is never given up for it.
 */
import type { Outcome } from "../domain/job.ts";
import { SealBroken } from "../ports/keyring.ts";
import { UnreadableRecord } from "../records/record.ts";

/** Nobody tells a job that its row has been mended. A reminder comes a quarter of an hour before its visit. */
export const UNTIL_READABLE: Outcome = {
  kind: "not-now",
  reason: "row.unreadable",
  afterSeconds: 15,
  growsToSeconds: 300,
};

/** Whether an error says that a row cannot be read, or was thrown because of one that does. */
export function isOfRow(error: unknown): boolean {
  try {
    let at = error;
    for (let depth = 0; depth < MOST_CAUSES && at instanceof Error; depth++, at = at.cause)
      if (at instanceof UnreadableRecord || at instanceof SealBroken) return true;
    return false;
  } catch {
    // It may be anything that was thrown, also something that cannot be looked at.
    return false;
  }
}

const MOST_CAUSES = 8;
