/**
 * Finds the visits beyond the month's allocation, by reading each month of a report once more; only if an allocation is set.
 */
import { METRICS } from "../../../domain/metrics.ts";
import type { Usage } from "../../../domain/usage.ts";
import { dayIn } from "../../../domain/day.ts";
import { instantIn } from "../../../domain/wallClock.ts";
import { ALLOCATION_ID, portalAllocation, type PortalAllocation } from "../../../records/portalAllocation.ts";
import { isUnreadable, orUnreadable, type UnreadableSetting } from "../../../records/unreadableSetting.ts";
import type { PortalPicks } from "../parts.ts";
import type { Only } from "./whose.ts";

export type LimitPicks = Pick<PortalPicks, "allocationSettings" | "usages">;

/** The range of a calendar month, such as 2027-01, in a time zone. */
export function monthIn(zone: string, month: string): { readonly from: Date; readonly before: Date } {
  const first = new Date(month + "-01T00:00:00Z");
  const next = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1));
  return { from: instantIn(zone, first), before: instantIn(zone, next) };
}

export const monthOf = (zone: string, at: Date): string => dayIn(zone, at).slice(0, 7);

export const allocationSet = ({ allocationSettings }: Pick<LimitPicks, "allocationSettings">) =>
  orUnreadable(portalAllocation.name, ALLOCATION_ID, () => allocationSettings.read(ALLOCATION_ID));

/**
 * The part of the allocation that somebody may know: the whole hospital's number would tell something about other
 * departments.
 */
export async function allocationFor(
  picks: Pick<LimitPicks, "allocationSettings">,
  only: Only,
): Promise<PortalAllocation | UnreadableSetting> {
  const set = await allocationSet(picks);
  if (isUnreadable(set)) return set;
  const { hospital, departments } = set?.value ?? { departments: [] };
  return {
    ...(only === undefined && hospital !== undefined && { hospital }),
    departments: departments.filter(({ id }) => only?.includes(id) !== false),
  };
}

type Position = Pick<Usage, "start" | "id">;
/** Whether one position is before another in the order in which the store lists visits. */
const isBefore = (one: Position, other: Position): boolean =>
  one.start < other.start || (one.start.getTime() === other.start.getTime() && one.id < other.id);
/** Stands for the hospital; no department has this id. */
const HOSPITAL = "";

/** @param zone the time zone of the months */
export function limits(
  { usages }: Pick<LimitPicks, "usages">,
  { hospital, departments }: PortalAllocation,
  zone: string,
): (usage: Usage) => Promise<boolean> {
  const allocated = new Map(departments.map(({ id, visits }) => [id, visits]));
  if (hospital !== undefined) allocated.set(HOSPITAL, hospital);
  const months = new Map<string, Promise<ReadonlyMap<string, Position>>>();

  /** For the hospital and each department with an allocation, the first visit beyond it. */
  async function beyondIn(month: string): Promise<ReadonlyMap<string, Position>> {
    const { from, before } = monthIn(zone, month);
    const counts = new Map<string, number>();
    const first = new Map<string, Position>();
    for await (const slice of usages.between(from, before, "ascending")) {
      for (const usage of slice.usages.filter(METRICS.isCompleted.of))
        for (const whose of [HOSPITAL, usage.departmentId]) {
          const count = (counts.get(whose) ?? 0) + 1;
          counts.set(whose, count);
          if (count === (allocated.get(whose) ?? 0) + 1 && allocated.has(whose)) first.set(whose, usage);
        }
      if (first.size === allocated.size) break;
    }
    return first;
  }

  return async (usage) => {
    if (allocated.size === 0) return false;
    const month = monthOf(zone, usage.start);
    const known = months.get(month) ?? beyondIn(month);
    months.set(month, known);
    const first = await known;
    return [HOSPITAL, usage.departmentId].some((whose) => {
      const at = first.get(whose);
      return at !== undefined && !isBefore(usage, at);
    });
  };
}
