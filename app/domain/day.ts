import { momentFormat } from "./formatters.ts";

/** The calendar day of a moment in a time zone, as YYYY-MM-DD. */
export function dayIn(timeZone: string, moment: Date): string {
  return momentFormat("en-CA", timeZone, "ISO day").format(moment);
}
