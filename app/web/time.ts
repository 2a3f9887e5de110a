/** Moments in words, in the reader's language and the department's time zone. */
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

/** The time of day before another one, whose half of the day is not said twice: "2:30" before "3:00 PM". */
export function formatClockBefore(date: Date, later: Date, zone: string): string {
  const [clock, next] = [formatShortClock(date, zone), formatShortClock(later, zone)];
  const half = next.slice(next.search(/\s/));
  return clock.endsWith(half) ? clock.slice(0, clock.length - half.length) : clock;
}

/** The day, without a year if it is this year's: "Tuesday, August 4". It begins with a capital, as a sentence does. */
export function formatNearDay(date: Date, zone: string, now: Date, language: Language = "en"): string {
  const style = yearIn(zone, date) === yearIn(zone, now) ? "day of this year" : "whole day";
  const day = momentFormat(LOCALE[language], zone, style).format(date);
  return day.charAt(0).toLocaleUpperCase(LOCALE[language]) + day.slice(1);
}

/**
 * The year of a date. Except near New Year it is the same in every zone; this saves a format, which costs as much as the
 * rest of a line.
 */
function yearIn(zone: string, date: Date): string {
  const [month, day] = [date.getUTCMonth(), date.getUTCDate()];
  const isNewYear = (month === 11 && day === 31) || (month === 0 && day === 1);
  return isNewYear
    ? momentFormat("en-CA", zone, "ISO day").format(date).slice(0, 4)
    : String(date.getUTCFullYear());
}

/** The weekday: "Tuesday". */
export function formatWeekday(date: Date, zone: string, language: Language = "en"): string {
  return momentFormat(LOCALE[language], zone, "weekday").format(date);
}

/** The time of day as people say it, with the zone as they know it: "2:30 PM Central (CDT)". */
export function formatSpokenClock(date: Date, zone: string, language: Language = "en"): string {
  const clock = formatShortClock(date, zone, language);
  return clock + (language === "es" ? ", " : " ") + spokenZone(date, zone, language);
}

/** Zones of the United States, whose names people use are shorter than those in the tables of locales. */
const SPOKEN: readonly (readonly [zone: string, spoken: Readonly<Record<Language, string>>])[] = [
  ["Eastern", { en: "Eastern", es: "hora del Este" }],
  ["Central", { en: "Central", es: "hora del Centro" }],
  ["Mountain", { en: "Mountain", es: "hora de la Montaña" }],
  ["Pacific", { en: "Pacific", es: "hora del Pacífico" }],
  ["Alaska", { en: "Alaska", es: "hora de Alaska" }],
  ["Hawaii-Aleutian", { en: "Hawaii", es: "hora de Hawái" }],
  ["Atlantic", { en: "Atlantic", es: "hora del Atlántico" }],
];

const MOST_SPOKEN = 500;
const spoken = new Map<string, string>();

/**
 * The zone as people say it. Results are remembered by the hour, because a clock may change at any full hour, and a page
 * asks for the same one again and again.
 */
function spokenZone(date: Date, zone: string, language: Language): string {
  const key = [Math.floor(date.getTime() / 3_600_000), zone, language].join(" ");
  const known = spoken.get(key);
  if (known !== undefined) return known;
  const [oldest] = spoken.keys();
  if (oldest !== undefined && spoken.size >= MOST_SPOKEN) spoken.delete(oldest);
  const words = zoneInWords(date, zone, language);
  spoken.set(key, words);
  return words;
}

function zoneInWords(date: Date, zone: string, language: Language): string {
  const part = (locale: string, style: "zone" | "zone in words") =>
    momentFormat(locale, zone, style)
      .formatToParts(date)
      .find(({ type }) => type === "timeZoneName")?.value ?? zone;
  const short = part(LOCALE.en, "zone");
  if (short === "UTC") return short;
  const plain = part(LOCALE.en, "zone in words").replace(/( Standard)? Time$/, "");
  const [, inUse] = SPOKEN.find(([name]) => name === plain) ?? [];
  return (inUse?.[language] ?? part(LOCALE[language], "zone in words")) + " (" + short + ")";
}

/**
 * A calendar day such as 1980-02-29 with its month in words, so that nobody mistakes day for month; undefined for a text
 * that is not a day.
 */
export function formatCalendarDay(day: string, language: Language = "en"): string | undefined {
  const date = /^\d{4}-\d{2}-\d{2}$/.test(day) ? new Date(day) : undefined;
  // A day that its month does not have becomes another day, or none.
  if (date === undefined || Number.isNaN(date.getTime()) || !date.toISOString().startsWith(day))
    return undefined;
  return momentFormat(LOCALE[language], "UTC", "day").format(date);
}
