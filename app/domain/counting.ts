/** When a visit is counted for the reports: soon after its end, and again as long as more may become known of it. */
import type { Visit } from "./visit.ts";

const MINUTE_MS = 60_000;
/**
 * Times after the end. What Teams and the carriers tell comes late; the last time is a day before the visit's record goes.
 */
const LOOKS_MS = [10, 30, 120, 360, 1_440, 8_640].map((minutes) => minutes * MINUTE_MS);

type Ends = Pick<Visit, "end">;

export const countedFirst = (visit: Ends): Date => countedNext(visit, visit.end) ?? visit.end;

/** The next time at which the visit is counted after a moment; undefined once it was counted for the last time. */
export function countedNext({ end }: Ends, now: Date): Date | undefined {
  const next = LOOKS_MS.find((after) => end.getTime() + after > now.getTime());
  return next === undefined ? undefined : new Date(end.getTime() + next);
}
