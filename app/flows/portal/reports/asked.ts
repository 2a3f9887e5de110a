/**
 * Reads which visits a report is about: a time, a department, and how they came out, by the parameter names of addresses and
 * forms.
 */
import { NO_SHOWS } from "../../../domain/metrics.ts";
import { quoted, withMarks } from "../../../domain/unseen.ts";
import { dayIn } from "../../../domain/day.ts";
import { instantIn } from "../../../domain/wallClock.ts";
import { MONTHS_KEPT } from "../../../records/usages.ts";
import type { Usage } from "../../../domain/usage.ts";
import { zoneOf, type DepartmentName, type Only } from "./whose.ts";

export const RANGES = [7, 30, 90] as const;
export const STANDINGS = ["all", "completed", "no-show", "not-known"] as const;
const ORDERS = ["newest", "oldest"] as const;

export interface ReportFilter {
  /** The number of last days up to now; absent where two days were given. */
  readonly days?: number;
  readonly from: Date;
  readonly before: Date;
  /** The first and the last whole day that were asked for, both included. */
  readonly firstDay: string;
  readonly lastDay: string;
  /** The time zone of the days: the department's, or that of most departments. */
  readonly zone: string;
  /** The id of the only department; empty for all. */
  readonly department: string;
  /** The departments that the person may see; absent for all. */
  readonly only: Only;
  readonly standing: (typeof STANDINGS)[number];
  readonly order: (typeof ORDERS)[number];
  /** Why the time that was asked for is not valid. */
  readonly fault?: string;
  /** Why the department that was asked for is not valid. */
  readonly noDepartment?: string;
}

export interface AskedBy {
  readonly now: Date;
  /** The departments that exist now, among those that the person may see. */
  readonly departments: readonly DepartmentName[];
  readonly only?: Only;
}

const DAY_MS = 86_400_000;
const USUAL_DAYS = 30;
const MOST_DAYS = MONTHS_KEPT * 31;

type Said = (name: string) => string | null | undefined;

/** @param said the value that the address or the form has for a name; empty or undefined if it has none */
export function reportAsked(said: Said, { now, departments, only }: AskedBy): ReportFilter {
  const oneOf = <T extends string>(all: readonly T[], name: string): T | undefined =>
    all.find((one) => one === said(name));
  // Repeated on the page, and in the addresses of its links.
  const department = withMarks((said("department") ?? "").slice(0, 100));
  const chosen = departments.find(({ id }) => id === department);
  const zone = chosen?.timeZone ?? zoneOf(departments);
  return {
    ...rangeAsked(said, { now, zone }),
    zone,
    department,
    only,
    standing: oneOf(STANDINGS, "standing") ?? "all",
    order: oneOf(ORDERS, "order") ?? "newest",
  };
}

/** The parameters by which a report is asked for. */
const NAMES = ["days", "from", "to", "department", "standing", "order"];

/**
 * What is wrong with a parameter of a file's or a program's request. Such a request is refused, and not answered with
 * something else.
 * @param names the parameters' names, each as often as it was given
 */
export function slipIn(said: Said, names: readonly string[]): string | undefined {
  const unknown = names.find((name) => !NAMES.includes(name));
  if (unknown !== undefined)
    return `There is no parameter ${quoted(unknown, 40)}. The parameters are ${NAMES.join(", ")}.`;
  const repeated = NAMES.find((one) => names.filter((name) => name === one).length > 1);
  if (repeated !== undefined) return `The parameter ${repeated} is given more than once.`;
  const choices = { days: RANGES.map(String), standing: STANDINGS, order: ORDERS };
  for (const [name, all] of Object.entries<readonly string[]>(choices)) {
    const value = said(name) ?? "";
    if (value !== "" && !all.includes(value)) return `The parameter ${name} is one of ${all.join(", ")}.`;
  }
  const hasRange = ["from", "to"].some((name) => (said(name) ?? "") !== "");
  return hasRange && (said("days") ?? "") !== ""
    ? "The parameters are either days, or from and to; not both."
    : undefined;
}

type Range = Pick<ReportFilter, "days" | "from" | "before" | "firstDay" | "lastDay" | "fault">;
interface Clock {
  readonly now: Date;
  readonly zone: string;
}

function rangeAsked(said: Said, clock: Clock): Range {
  const [first, last] = [said("from") ?? "", said("to") ?? ""];
  const days = RANGES.find((range) => String(range) === said("days"));
  // Somebody who picks days in the form may leave the choice above as it was.
  const arePicked =
    (said("shown") ?? "") !== "" && said("shown") !== shownDays({ firstDay: first, lastDay: last });
  if ((days !== undefined && !arePicked) || (first === "" && last === ""))
    return lastDays(days ?? USUAL_DAYS, clock);
  const [from, until] = [dayOf(first), dayOf(last)];
  const refused = (fault: string) => ({ ...lastDays(USUAL_DAYS, clock), fault });
  if (from === undefined || until === undefined)
    return refused("Give both days, each as year-month-day, such as 2027-01-31.");
  if (until < from) return refused("The last day is before the first one. Change one of them.");
  if (until - from > MOST_DAYS * DAY_MS)
    return refused(`Visits are kept ${String(MONTHS_KEPT)} months. Ask for a shorter time.`);
  const begins = (day: number) => instantIn(clock.zone, new Date(day));
  return { from: begins(from), before: begins(until + DAY_MS), firstDay: first, lastDay: last };
}

/** The days that the form showed, as one text. */
export const shownDays = ({ firstDay, lastDay }: Pick<ReportFilter, "firstDay" | "lastDay">): string =>
  firstDay + " " + lastDay;

/** The range of this many whole days, and of today up to now. */
function lastDays(days: number, { now, zone }: Clock): Range {
  const lastDay = dayIn(zone, now);
  const first = new Date(Date.parse(lastDay) - days * DAY_MS);
  const firstDay = first.toISOString().slice(0, 10);
  return { days, from: instantIn(zone, first), before: now, firstDay, lastDay };
}

/** The day's midnight as if in UTC, in milliseconds; undefined if the text is no day. */
function dayOf(text: string): number | undefined {
  const day = new Date(text + "T00:00:00Z");
  // The 31st of a month of 30 days is no day.
  const isDay =
    /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
  return isDay ? day.getTime() : undefined;
}

/** The parameters that ask for the same report again. */
export function asParameters({ days, firstDay, lastDay, department, standing, order }: ReportFilter) {
  return {
    ...(days === undefined ? { from: firstDay, to: lastDay } : { days: String(days) }),
    ...(department !== "" && { department }),
    ...(standing !== "all" && { standing }),
    ...(order !== "newest" && { order }),
  };
}

export function fits(
  { department, only, standing }: ReportFilter,
  { departmentId, outcome }: Usage,
): boolean {
  if (only?.includes(departmentId) === false) return false;
  if (department !== "" && departmentId !== department) return false;
  switch (standing) {
    case "all":
      return true;
    case "no-show":
      return NO_SHOWS.includes(outcome);
    default:
      return outcome === standing;
  }
}
