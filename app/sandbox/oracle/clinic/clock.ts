/**
 * Formats times by the clinic's clock. The formatters are made once, because each is expensive and there is only one zone.
 */
import { timeZone } from "./locations.ts";

const of = (locale: string, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(locale, { ...options, timeZone });

/** Such as 14:30. */
export const HOUR = of("en-US", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
/** Such as 14:30:05. */
export const SECOND = of("en-GB", { timeStyle: "medium" });
/** Such as Tue, Aug 4. */
export const DAY = of("en-US", { weekday: "short", month: "short", day: "numeric" });
/** Such as 2026-08-04. */
export const ISO_DAY = of("en-CA", { dateStyle: "short" });
/** Its parts include the zone's short name, such as CDT. */
export const ZONE = of("en-US", { timeZoneName: "short" });

/** Such as 2026-08-04T14:30, as a browser's field for a day and a time takes and gives it. */
export const shownAt = (instant: Date): string =>
  [ISO_DAY, HOUR].map((format) => format.format(instant)).join("T");

/** The instant at which the clinic's clock shows a day and a time. For a time that the clock skips in spring: one an hour off. */
export function instantOf(shown: string): Date {
  const wanted = Date.parse(shown + "Z");
  const ahead = (instant: number) => Date.parse(shownAt(new Date(instant)) + "Z") - instant;
  return new Date(wanted - ahead(wanted - ahead(wanted)));
}
