/** FHIR's instants, and what servers send in their place. https://hl7.org/fhir/R4/datatypes.html#instant */

export interface ReadTime {
  /** With clock "wall", as though the clock on the wall showed UTC. */
  readonly at: Date;
  readonly clock: "instant" | "wall";
}

const TIME =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)? ?(?:([Zz])|([+-])(\d{2}):?(\d{2})?)?$/;

/** Undefined for what names no time of day, or one that there is not. */
export function readTime(text: string | undefined): ReadTime | undefined {
  const found = TIME.exec(text?.trim() ?? "");
  if (found === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(number);
  const midnight = hour === 24 && minute === 0 && second === 0;
  // A leap second is the next minute's first for whoever plans visits.
  if ((hour > 23 && !midnight) || minute > 59 || second > 60 || !isDay(year, month, day)) return undefined;
  const shown = Date.UTC(year, month - 1, day, hour, minute, second);
  const [zulu, sign, offsetHours, offsetMinutes] = found.slice(7);
  if (zulu === undefined && sign === undefined) return { at: new Date(shown), clock: "wall" };
  const ahead = (number(offsetHours) * 60 + number(offsetMinutes)) * 60_000;
  if (ahead > FURTHEST_MS || number(offsetMinutes) > 59) return undefined;
  return { at: new Date(sign === "-" ? shown + ahead : shown - ahead), clock: "instant" };
}

/** Kiribati's zone is the furthest ahead. */
const FURTHEST_MS = 14 * 3_600_000;

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** What was matched is digits, or not there. */
const number = (digits: string | undefined): number => Number(digits ?? 0);

/** A date as FHIR writes it: a year, a year and month, or a whole one that there is. */
export function readDate(text: string | undefined): string | undefined {
  const [whole, year, month = "01", day = "01"] =
    /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text?.trim() ?? "") ?? [];
  return whole !== undefined && isDay(Number(year), Number(month), Number(day)) ? whole : undefined;
}

/** Whether a period that ends then is over: a date ends with its last moment. */
export function isOver(end: string | undefined, now: Date): boolean {
  if (end === undefined) return false;
  const time = readTime(end);
  if (time !== undefined) return time.at <= now;
  const date = readDate(end);
  // An end that cannot be read is an end all the same.
  return date === undefined || date < now.toISOString().slice(0, date.length);
}
