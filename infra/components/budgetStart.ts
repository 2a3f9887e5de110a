import * as pulumi from "@pulumi/pulumi";

const MONTHS_AHEAD_AT_MOST = 12;

/**
 * First day that a budget counts. Azure takes no month that is over for a new budget, and none that is more than a year away
 * (https://learn.microsoft.com/rest/api/consumption/budgets/create-or-update); a budget that is there keeps its own.
 * @param from `2026-12`, as the stack file says it.
 * @param before where the budget of the stack's state starts.
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
