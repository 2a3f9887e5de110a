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
