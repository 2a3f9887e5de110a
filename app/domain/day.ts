/** Calendar days as YYYY-MM-DD: which day a moment falls on in a time zone, and which day comes after another. */
import { momentFormat } from "./formatters.ts";

/** The calendar day of a moment in a time zone, as YYYY-MM-DD. */
export function dayIn(timeZone: string, moment: Date): string {
  return momentFormat("en-CA", timeZone, "ISO day").format(moment);
}

/** The calendar day after that of a moment. It is counted, because a day on which clocks change has 23 or 25 hours. */
export function dayAfter(timeZone: string, moment: Date): string {
  const next = new Date(dayIn(timeZone, moment));
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString().slice(0, 10);
}
