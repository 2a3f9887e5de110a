/** Which visits a report is about: a time, a department, how they came out; by the names that stand in its addresses and forms. */
import { NO_SHOWS } from "../../../domain/metrics.ts";
import { MONTHS_KEPT } from "../../../records/usages.ts";
import type { Usage } from "../../../domain/usage.ts";

export const RANGES = [7, 30, 90] as const;
export const STANDINGS = ["all", "completed", "no-show", "not-known"] as const;
const ORDERS = ["newest", "oldest"] as const;

export interface ReportFilter {
  /** The last days up to now; absent for a range of one's own. */
  readonly days?: number;
  readonly from: Date;
  readonly before: Date;
  /** Days of UTC as they were asked for, both included. */
  readonly firstDay: string;
  readonly lastDay: string;
  /** Id of the only department, or nothing for all. */
  readonly department: string;
  readonly standing: (typeof STANDINGS)[number];
  readonly order: (typeof ORDERS)[number];
  /** What was asked for and is no range. */
  readonly fault?: string;
}

const DAY_MS = 86_400_000;
const USUAL_DAYS = 30;
const MOST_DAYS = MONTHS_KEPT * 31;

/** @param said what the address or the form says of a name; empty or undefined where it says nothing */
export function reportAsked(said: (name: string) => string | null | undefined, now: Date): ReportFilter {
  const oneOf = <T extends string>(all: readonly T[], name: string): T | undefined =>
    all.find((one) => one === said(name));
  return {
    ...rangeAsked(said, now),
    department: (said("department") ?? "").slice(0, 100),
    standing: oneOf(STANDINGS, "standing") ?? "all",
    order: oneOf(ORDERS, "order") ?? "newest",
  };
}

/** What a file or a program asks for by a name that has no such value: nothing else is answered in its place. */
export function slipIn(said: (name: string) => string | null | undefined): string | undefined {
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

function rangeAsked(said: (name: string) => string | null | undefined, now: Date): Range {
  const [first, last] = [said("from") ?? "", said("to") ?? ""];
  const days = RANGES.find((range) => String(range) === said("days"));
  // Whoever picks days in the form may leave the choice above as it was.
  const arePicked =
    (said("shown") ?? "") !== "" && said("shown") !== shownDays({ firstDay: first, lastDay: last });
  if ((days !== undefined && !arePicked) || (first === "" && last === ""))
    return lastDays(days ?? USUAL_DAYS, now);
  const [from, until] = [dayIn(first), dayIn(last)];
  const refused = (fault: string) => ({ ...lastDays(USUAL_DAYS, now), fault });
  if (from === undefined || until === undefined)
    return refused("Give both days, each as year-month-day, such as 2027-01-31.");
  if (until < from) return refused("The last day is before the first one. Change one of them.");
  if (until.getTime() - from.getTime() > MOST_DAYS * DAY_MS)
    return refused(`Visits are kept ${String(MONTHS_KEPT)} months. Ask for a shorter time.`);
  return { from, before: new Date(until.getTime() + DAY_MS), firstDay: first, lastDay: last };
}

/** What the form showed. */
export const shownDays = ({ firstDay, lastDay }: Pick<ReportFilter, "firstDay" | "lastDay">): string =>
  firstDay + " " + lastDay;

function lastDays(days: number, now: Date): Range {
  const from = new Date(now.getTime() - days * DAY_MS);
  return { days, from, before: now, firstDay: dayOf(from), lastDay: dayOf(now) };
}

const dayOf = (at: Date) => at.toISOString().slice(0, 10);

function dayIn(text: string): Date | undefined {
  const day = new Date(text + "T00:00:00Z");
  // The thirty-first of a month that has thirty days is none.
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(day.getTime()) && dayOf(day) === text
    ? day
    : undefined;
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

export function fits({ department, standing }: ReportFilter, { departmentId, outcome }: Usage): boolean {
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
