/** The clinic's clock in words. Its formatters are made once: each weighs, and there is one zone. */
import { timeZone } from "./locations.ts";

const of = (locale: string, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(locale, { ...options, timeZone });

/** 14:30 */
export const HOUR = of("en-US", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
/** 14:30:05 */
export const SECOND = of("en-GB", { timeStyle: "medium" });
/** Tue, Aug 4 */
export const DAY = of("en-US", { weekday: "short", month: "short", day: "numeric" });
/** 2026-08-04 */
export const ISO_DAY = of("en-CA", { dateStyle: "short" });
/** Has CDT among its parts. */
export const ZONE = of("en-US", { timeZoneName: "short" });
