import { momentFormat } from "../domain/formatters.ts";
import { LOCALE, type Language } from "./language.ts";

/** A whole moment in words, with the zone's name: "Tuesday, August 4, 2026, 2:30 PM Central Daylight Time". */
export function formatTime(date: Date, zone: string, language: Language = "en"): string {
  return [formatDay(date, zone, language), formatClock(date, zone, language)].join(", ");
}

/** The day alone: "Tuesday, August 4, 2026". */
export function formatDay(date: Date, zone: string, language: Language = "en"): string {
  return momentFormat(LOCALE[language], zone, "whole day").format(date);
}

/** The time of day with the zone's name: "2:30 PM Central Daylight Time". */
export function formatClock(date: Date, zone: string, language: Language = "en"): string {
  return momentFormat(LOCALE[language], zone, "clock with zone").format(date);
}

/** The time of day alone, where the zone is known to the reader: "2:30 PM". */
export function formatShortClock(date: Date, zone: string, language: Language = "en"): string {
  return momentFormat(LOCALE[language], zone, "clock").format(date);
}

/** A calendar day such as 1980-02-29 with its month in words, so that nobody mistakes day for month; undefined for none. */
export function formatCalendarDay(day: string, language: Language = "en"): string | undefined {
  const date = /^\d{4}-\d{2}-\d{2}$/.test(day) ? new Date(day) : undefined;
  // A day that no month has becomes another day, or none.
  if (date === undefined || Number.isNaN(date.getTime()) || !date.toISOString().startsWith(day))
    return undefined;
  return momentFormat(LOCALE[language], "UTC", "day").format(date);
}
