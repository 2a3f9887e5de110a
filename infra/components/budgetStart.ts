/** The day from which a budget counts. Azure does not accept every day. */
import * as pulumi from "@pulumi/pulumi";

const MONTHS_AHEAD_AT_MOST = 12;

/**
 * The first day that a budget counts. For a new budget Azure accepts neither a past month nor one more than a year ahead
 * (https://learn.microsoft.com/rest/api/consumption/budgets/create-or-update); a budget that exists keeps its start.
 * @param from the month in the stack file, such as `2026-12`.
 * @param before the start of the budget in the stack's state.
 * @throws pulumi.RunError for a month that is too far away.
 */
export function budgetStart(from: string, before: string | undefined, now: Date): string {
  const there = before?.slice(0, 7);
  if (there !== undefined && from <= there) return firstOf(there);
  const thisMonth = now.toISOString().slice(0, 7);
  if (monthsOf(from) - monthsOf(thisMonth) > MONTHS_AHEAD_AT_MOST)
    throw new pulumi.RunError(
      `budget.from: ${from} is more than a year away, which Azure refuses; say an earlier month`,
    );
  return firstOf(from > thisMonth ? from : thisMonth);
}

const firstOf = (month: string): string => month + "-01T00:00:00Z";

const monthsOf = (month: string): number => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7));
