/** A check that stands alone: where its own row cannot be read, it says so, and the other checks are made all the same. */
import { RecordOfAnotherRelease, UnreadableRecord } from "../../records/record.ts";
import type { Check } from "../../web/flow.ts";

export async function alone(check: Pick<Check, "name" | "of">, looks: Promise<Check>): Promise<Check> {
  try {
    return await looks;
  } catch (error) {
    if (!(error instanceof UnreadableRecord)) throw error;
    const why = error instanceof RecordOfAnotherRelease ? OF_ANOTHER_RELEASE : DAMAGED;
    return check.name === "visits-found"
      ? { ...check, fault: why + " " + NOTHING_FOUND }
      : { ...check, unseen: why };
  }
}

const OF_ANOTHER_RELEASE =
  "A newer release has written a row of the store that this needs, and this release cannot read it.";
const DAMAGED =
  "A row of the store that this needs is damaged; the log names its container when it is read (tick.failed, record.unreadable).";
const NOTHING_FOUND =
  "No visits are found in this chart until the row can be read, or its locations were read anew, which is tried every 15 minutes.";
