/**
 * Formatters of moments and lists; only this file makes them. Each costs some 50 kilobytes outside of the
 * JavaScript heap and half a millisecond. When they were made anew for every page, a few busy seconds of pages took a
 * gigabyte.
 */
const STYLES = {
  /** Tuesday, August 4, 2026 */
  "whole day": { dateStyle: "full" },
  /** Tuesday, August 4 */
  "day of this year": { weekday: "long", month: "long", day: "numeric" },
  /** Tuesday */
  weekday: { weekday: "long" },
  /** August 4, 2026 */
  day: { dateStyle: "long" },
  /** The parts of 2026-08-04, which en-CA puts in that order. */
  "ISO day": { year: "numeric", month: "2-digit", day: "2-digit" },
  /** 2:30 PM Central Daylight Time */
  "clock with zone": { hour: "numeric", minute: "2-digit", timeZoneName: "long" },
  /** 2:30 PM */
  clock: { hour: "numeric", minute: "2-digit" },
  /** The parts of 2026-08-04 14:30:05 */
  "whole clock": {
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
    hourCycle: "h23",
  },
  /** The parts of Tue, Aug 4, 2:30 PM CDT */
  "moment in a text": {
    weekday: "short",
    month: "short",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
    timeZoneName: "short",
  },
  /** The parts of 2026-08-04 14:30 CDT */
  "moment in a file": {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  },
  /** Has CDT among its parts. */
  zone: { timeZoneName: "short" },
  /** Has Central Time among its parts. */
  "zone in words": { timeZoneName: "longGeneric" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

export type Style = keyof typeof STYLES;

/**
 * The most formatters that are kept: more than one hospital's languages, zones and styles need. A further one replaces the
 * oldest, which costs time but no memory.
 */
const MOST = 200;
type Formatter = Intl.DateTimeFormat | Intl.ListFormat | Intl.DisplayNames;
const made = new Map<string, Formatter>();

/** @throws RangeError for an unknown time zone. */
export function momentFormat(locale: string, timeZone: string, style: Style): Intl.DateTimeFormat {
  return once(
    `${style} ${locale} ${timeZone}`,
    () => new Intl.DateTimeFormat(locale, { ...STYLES[style], timeZone }),
  );
}

/** Formats one of several things in words, as in "Safari or Chrome". */
export function choiceFormat(locale: string): Intl.ListFormat {
  return once(`choice ${locale}`, () => new Intl.ListFormat(locale, { type: "disjunction" }));
}

/** The English name of a language tag, such as es-MX; undefined for a tag that is none. */
export function languageName(tag: string): string | undefined {
  try {
    return once("language", () => new Intl.DisplayNames("en", { type: "language" })).of(tag);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * A language tag with the shortest code of its language, as RFC 5646 wants it (es for spa), in small letters; undefined for a
 * tag that is none.
 */
export function languageTag(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0]?.toLowerCase();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

export function isTimeZone(name: string): boolean {
  try {
    momentFormat("en", name, "zone");
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/**
 * Whether a time zone is the one of a place, with its summer time. Names such as EST, UTC and Etc/GMT+5 and offsets are the
 * same all year: a hospital that has summer time would print hours that are wrong from March to November.
 * @param name of a time zone, by {@link isTimeZone}
 * @param now in whose year its offsets are compared
 */
export function isZoneOfPlace(name: string, now = new Date()): boolean {
  if (/^(?!Etc\/)[A-Za-z_]+\//i.test(name)) return true;
  const [winter, summer] = [0, 6].map((month) =>
    momentFormat("en", name, "clock").format(Date.UTC(now.getUTCFullYear(), month, 15, 12)),
  );
  return winter !== summer;
}

function once<T extends Formatter>(key: string, make: () => T): T {
  const kept = made.get(key);
  // A key begins with the kind of formatter kept under it.
  if (kept !== undefined) return kept as T;
  const fresh = make();
  const [oldest] = made.keys();
  if (made.size >= MOST && oldest !== undefined) made.delete(oldest);
  made.set(key, fresh);
  return fresh;
}

/** Compares names in the order in which people look them up. */
export const compareNames: (one: string, other: string) => number = new Intl.Collator("en").compare;

const segmenter = new Intl.Segmenter("en");

/** The characters of a text as people count them, some of which consist of several code points. */
export const charactersOf = (text: string): readonly string[] =>
  Array.from(segmenter.segment(text), ({ segment }) => segment);
