import { LOCALE, type Language } from "./language.ts";

/** A whole moment in words, with the zone's name: "Tuesday, August 4, 2026, 2:30 PM Central Daylight Time". */
export function formatTime(date: Date, zone: string, language: Language = "en"): string {
  return [formatDay(date, zone, language), formatClock(date, zone, language)].join(", ");
}

/** The day alone: "Tuesday, August 4, 2026". */
export function formatDay(date: Date, zone: string, language: Language = "en"): string {
  return new Intl.DateTimeFormat(LOCALE[language], { dateStyle: "full", timeZone: zone }).format(date);
}

/** The time of day with the zone's name: "2:30 PM Central Daylight Time". */
export function formatClock(date: Date, zone: string, language: Language = "en"): string {
  return new Intl.DateTimeFormat(LOCALE[language], {
    hour: "numeric",
    minute: "2-digit",
    timeZone: zone,
    timeZoneName: "long",
  }).format(date);
}

/** The time of day alone, where the zone is known to the reader: "2:30 PM". */
export function formatShortClock(date: Date, zone: string, language: Language = "en"): string {
  return new Intl.DateTimeFormat(LOCALE[language], {
    hour: "numeric",
    minute: "2-digit",
    timeZone: zone,
  }).format(date);
}
