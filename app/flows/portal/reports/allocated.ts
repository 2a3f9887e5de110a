/** Computes how much of a month's allocation is used, by the hospital and by each department, and when it may run out. */
import { HISTORY_DAYS, runsOut, type RunsOut } from "../../../domain/allocation.ts";
import { METRICS } from "../../../domain/metrics.ts";
import type { PortalAllocation } from "../../../records/portalAllocation.ts";
import { isUnreadable, type UnreadableSetting } from "../../../records/unreadableSetting.ts";
import { MONTHS_KEPT } from "../../../records/usages.ts";
import { allocationFor, monthIn, monthOf, type LimitPicks } from "./limits.ts";
import { lookups, usagesOf, type RowPicks } from "./rows.ts";
import { daysIn, departmentsOf, zoneOf, type Only } from "./whose.ts";

const DAY_MS = 86_400_000;

export interface Used {
  readonly id: string;
  readonly name: string;
  readonly allocated?: number;
  readonly completed: number;
  /** How many of the allocated visits are left. */
  readonly remaining?: number;
  readonly exceeded?: number;
  /** The day of the last allocated visit. */
  readonly ranOutOn?: string;
  /** Present for the current month while something is left; absent where there is too little data. */
  readonly forecast?: { readonly [K in keyof RunsOut]: string };
}

export interface Allocated {
  readonly month: string;
  /** The months with reports, latest first. */
  readonly months: readonly string[];
  readonly isNow: boolean;
  readonly zone: string;
  /** Absent for somebody who may see some departments only. */
  readonly hospital?: Used;
  readonly departments: readonly Used[];
  readonly damaged: number;
  /** What is allocated, where it cannot be read: then what is used is told alone. */
  readonly unread: readonly UnreadableSetting[];
}

/** @param month such as 2027-01; anything else means the current month */
export async function allocatedOf(
  picks: RowPicks & LimitPicks & { readonly now: () => Date },
  only: Only,
  month: string,
): Promise<Allocated> {
  const now = picks.now();
  // The zone is taken from all departments, so that a month is the same for everybody.
  const zone = zoneOf(await departmentsOf(picks));
  const months = monthsUntil(monthOf(zone, now));
  const [thisMonth = ""] = months;
  const shown = months.includes(month) ? month : thisMonth;
  const isNow = shown === thisMonth;
  const { from, before } = monthIn(zone, shown);
  const since = isNow ? new Date(from.getTime() - (HISTORY_DAYS + 1) * DAY_MS) : from;
  const looked = await lookups(picks, only);
  const set = await allocationFor(picks, only);
  const allocation: PortalAllocation = isUnreadable(set) ? { departments: [] } : set;
  const allocatedTo = new Map(allocation.departments.map(({ id, visits }) => [id, visits]));
  const dayAt = daysIn(zone);
  const today = dayAt(now);
  const byDepartment = new Map<string, Map<string, number>>();
  for (const { id } of await departmentsOf(picks, only)) byDepartment.set(id, new Map());
  const range = { from: since, before: isNow ? now : before };
  const all = { ...range, firstDay: shown, lastDay: shown, zone, department: "", only } as const;
  let damaged = 0;
  for await (const slice of usagesOf(picks, { ...all, standing: "completed", order: "oldest" })) {
    damaged += slice.damaged;
    for (const usage of slice.usages.filter(METRICS.isCompleted.of)) {
      const days = byDepartment.get(usage.departmentId) ?? new Map<string, number>();
      byDepartment.set(usage.departmentId, days);
      add(days, dayAt(usage.start), 1);
    }
  }
  const used = (of: Pick<Used, "id" | "name">, days: ReadonlyMap<string, number>, allocated?: number): Used =>
    usedOf(
      { ...of, ...(allocated !== undefined && { allocated }) },
      { days, month: shown, today: isNow ? today : undefined },
    );
  const departments = [...byDepartment]
    .map(([id, days]) => used({ id, name: looked.department(id) }, days, allocatedTo.get(id)))
    .filter(({ completed, allocated }) => completed > 0 || allocated !== undefined || only !== undefined)
    .toSorted((one, other) => other.completed - one.completed);
  return {
    month: shown,
    months,
    isNow,
    zone,
    ...(only === undefined && {
      hospital: used({ id: "", name: "The whole hospital" }, together(byDepartment), allocation.hospital),
    }),
    departments,
    damaged,
    unread: isUnreadable(set) ? [set] : [],
  };
}

interface Counted {
  /** The number of completed visits of each day. */
  readonly days: ReadonlyMap<string, number>;
  readonly month: string;
  /** Today, if the month is the current one. */
  readonly today: string | undefined;
}

function usedOf(of: Pick<Used, "id" | "name" | "allocated">, { days, month, today }: Counted): Used {
  const { allocated } = of;
  const inMonth = daysOf(month);
  const countOn = (day: string) => days.get(day) ?? 0;
  const completed = sum(inMonth.map(countOn));
  if (allocated === undefined) return { ...of, completed };
  const remaining = Math.max(0, allocated - completed);
  const known = { ...of, completed, remaining, exceeded: Math.max(0, completed - allocated) };
  if (remaining === 0) {
    let before = 0;
    const ranOutOn = inMonth.find((day) => (before += countOn(day)) >= allocated);
    return { ...known, ...(ranOutOn !== undefined && { ranOutOn }) };
  }
  if (today === undefined) return known;
  const ahead = inMonth.filter((day) => day >= today);
  const past = Array.from({ length: HISTORY_DAYS }, (_, at) => countOn(shifted(today, at - HISTORY_DAYS)));
  // In a younger deployment, the days before its first visit do not count.
  const first = past.findIndex((count) => count > 0);
  const left = allocated - sum(inMonth.filter((day) => day < today).map(countOn));
  const found = first < 0 ? undefined : runsOut(past.slice(first), left, ahead.length);
  if (found === undefined) return known;
  const dayOf = (name: keyof RunsOut) => {
    const day = ahead[found[name] ?? ahead.length];
    return day === undefined ? {} : { [name]: day };
  };
  const forecast = { ...dayOf("early"), ...dayOf("likely"), ...dayOf("late") };
  return { ...known, forecast };
}

function together(byDepartment: ReadonlyMap<string, ReadonlyMap<string, number>>): Map<string, number> {
  const all = new Map<string, number>();
  for (const days of byDepartment.values()) for (const [day, count] of days) add(all, day, count);
  return all;
}

const add = (days: Map<string, number>, day: string, count: number) =>
  days.set(day, (days.get(day) ?? 0) + count);

const shifted = (day: string, days: number) =>
  new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);

function daysOf(month: string): readonly string[] {
  const days: string[] = [];
  for (let day = month + "-01"; day.startsWith(month); day = shifted(day, 1)) days.push(day);
  return days;
}

/** The months for which reports are kept, up to `last`, latest first. */
function monthsUntil(last: string): readonly string[] {
  const months = [last];
  while (months.length < MONTHS_KEPT) months.push(shifted((months.at(-1) ?? last) + "-01", -1).slice(0, 7));
  return months;
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
