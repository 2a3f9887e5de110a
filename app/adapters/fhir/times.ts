/** Reads FHIR's instants, and what servers send in their place. https://hl7.org/fhir/R4/datatypes.html#instant */

export interface ReadTime {
  /** With clock "wall", this is the time that would be shown if the local clock showed UTC. */
  readonly at: Date;
  readonly clock: "instant" | "wall";
}

const TIME =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)? ?(?:([Zz])|([+-])(\d{2}):?(\d{2})?)?$/;

/** Undefined for text that gives no time of day, or a time that does not exist. */
export function readTime(text: string | undefined): ReadTime | undefined {
  const found = TIME.exec(text?.trim() ?? "");
  if (found === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(number);
  const midnight = hour === 24 && minute === 0 && second === 0;
  // A leap second counts as the first second of the next minute, which is exact enough for visits.
  if ((hour > 23 && !midnight) || minute > 59 || second > 60 || !isDay(year, month, day)) return undefined;
  const shown = Date.UTC(year, month - 1, day, hour, minute, second);
  const [zulu, sign, offsetHours, offsetMinutes] = found.slice(7);
  if (zulu === undefined && sign === undefined) return { at: new Date(shown), clock: "wall" };
  const ahead = (number(offsetHours) * 60 + number(offsetMinutes)) * 60_000;
  if (ahead > FURTHEST_MS || number(offsetMinutes) > 59) return undefined;
  return { at: new Date(sign === "-" ? shown + ahead : shown - ahead), clock: "instant" };
}

/** The zone of Kiribati is furthest ahead of UTC, and that of ships west of the date line furthest behind. */
const FURTHEST_MS = 14 * 3_600_000;
const FURTHEST_BEHIND_MS = 12 * 3_600_000;

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** The number of the digits that matched; 0 where the optional part did not match. */
const number = (digits: string | undefined): number => Number(digits ?? 0);

/** A date as FHIR writes it: a year, a year and month, or a full date that exists. */
export function readDate(text: string | undefined): string | undefined {
  const [whole, year, month = "01", day = "01"] =
    /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text?.trim() ?? "") ?? [];
  return whole !== undefined && isDay(Number(year), Number(month), Number(day)) ? whole : undefined;
}

/**
 * Whether a period with this start has begun. A date has begun where it is that day anywhere. A start that cannot be read does
 * not say that it is still to come.
 */
export function isBegun(start: string | undefined, now: Date): boolean {
  const somewhere = new Date(now.getTime() + FURTHEST_MS);
  const time = readTime(start);
  if (time !== undefined) return time.at <= (time.clock === "instant" ? now : somewhere);
  const date = readDate(start);
  return date === undefined || date <= somewhere.toISOString().slice(0, date.length);
}

/**
 * Whether a period with this end is over. A date includes its whole day, month or year, and what has no zone is over where it
 * is over everywhere: by UTC, a day would end in the afternoon in the United States.
 */
export function isOver(end: string | undefined, now: Date): boolean {
  if (end === undefined) return false;
  const everywhere = new Date(now.getTime() - FURTHEST_BEHIND_MS);
  const time = readTime(end);
  if (time !== undefined) return time.at <= (time.clock === "instant" ? now : everywhere);
  const date = readDate(end);
  // An end that cannot be read still counts as an end.
  return date === undefined || date < everywhere.toISOString().slice(0, date.length);
}
