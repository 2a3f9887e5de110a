/** Which visits a report is about: a time, a department, how they came out; by the names that stand in its addresses and forms. */
import { NO_SHOWS } from "../../../domain/metrics.ts";
import { dayIn, instantIn } from "../../../domain/wallClock.ts";
import { MONTHS_KEPT } from "../../../records/usages.ts";
import type { Usage } from "../../../domain/usage.ts";
import { zoneOf, type DepartmentName, type Only } from "./whose.ts";

export const RANGES = [7, 30, 90] as const;
export const STANDINGS = ["all", "completed", "no-show", "not-known"] as const;
const ORDERS = ["newest", "oldest"] as const;

export interface ReportFilter {
  /** The last days up to now; absent for a range of one's own. */
  readonly days?: number;
  readonly from: Date;
  readonly before: Date;
  /** Whole days as they were asked for, both included. */
  readonly firstDay: string;
  readonly lastDay: string;
  /** In which days begin: the department's, or that of most of them. */
  readonly zone: string;
  /** Id of the only department, or nothing for all. */
  readonly department: string;
  /** Departments that whoever asks may see; absent: all. */
  readonly only: Only;
  readonly standing: (typeof STANDINGS)[number];
  readonly order: (typeof ORDERS)[number];
  /** What was asked for and is no range. */
  readonly fault?: string;
  /** What is wrong with the department that was asked for. */
  readonly noDepartment?: string;
}

export interface AskedBy {
  readonly now: Date;
  /** Those that there are, of all that whoever asks may see. */
  readonly departments: readonly DepartmentName[];
  readonly only?: Only;
}

const DAY_MS = 86_400_000;
const USUAL_DAYS = 30;
const MOST_DAYS = MONTHS_KEPT * 31;

type Said = (name: string) => string | null | undefined;

/** @param said what the address or the form says of a name; empty or undefined where it says nothing */
export function reportAsked(said: Said, { now, departments, only }: AskedBy): ReportFilter {
  const oneOf = <T extends string>(all: readonly T[], name: string): T | undefined =>
    all.find((one) => one === said(name));
  const department = (said("department") ?? "").slice(0, 100);
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

/** What a file or a program asks for by a name that has no such value: nothing else is answered in its place. */
export function slipIn(said: Said): string | undefined {
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
  // Whoever picks days in the form may leave the choice above as it was.
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

/** What the form showed. */
export const shownDays = ({ firstDay, lastDay }: Pick<ReportFilter, "firstDay" | "lastDay">): string =>
  firstDay + " " + lastDay;

/** So many whole days, and today up to now. */
function lastDays(days: number, { now, zone }: Clock): Range {
  const lastDay = dayIn(zone, now);
  const first = new Date(Date.parse(lastDay) - days * DAY_MS);
  const firstDay = first.toISOString().slice(0, 10);
  return { days, from: instantIn(zone, first), before: now, firstDay, lastDay };
}

/** Its midnight as though in UTC. */
function dayOf(text: string): number | undefined {
  const day = new Date(text + "T00:00:00Z");
  // The thirty-first of a month that has thirty days is none.
  const isDay =
    /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
  return isDay ? day.getTime() : undefined;
}

/** The names and values by which the same is asked for again. */
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
