/** Budgets. */
import { isSameId } from "../controlPlane/ids.ts";
import { groupAt, listAt, saidAt, textAt, textsAt } from "../controlPlane/json.ts";
import type { Cloud, Draft, Kind } from "../controlPlane/model.ts";
import { badRequest } from "../controlPlane/refusal.ts";
import { azure, required } from "./require.ts";

export const UPKEEP: readonly Kind[] = [
  {
    token: azure("consumption:Budget"),
    id: "{scope}/providers/Microsoft.Consumption/budgets/{budgetName}",
    answersId: (id) => id.replace(/^\//u, ""),
    replacedBy: ["timeGrain", "category"],
    silent: () => ({ notifications: {} }),
    decided: ({ inputs }, cloud) => ({
      category: capital(saidAt(inputs, "category")),
      timeGrain: capital(saidAt(inputs, "timeGrain")),
      currentSpend: { amount: 0, unit: "USD" },
      forecastSpend: { amount: 0, unit: "USD" },
      eTag: `"${cloud.hex(15)}"`,
    }),
    refuse: refuseBudget,
  },
];

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function refuseBudget({ inputs, before }: Draft, cloud: Cloud): void {
  const scope = saidAt(inputs, "scope").replace(/^\/?/u, "/");
  if (!isSameId(scope.replace(/\/$/u, ""), "/subscriptions/" + cloud.subscriptionId)) required(cloud, scope);
  const start = saidAt(inputs, "timePeriod.startDate");
  if (!/^\d{4}-\d{2}-01(T00:00:00(\.0+)?Z)?$/u.test(start))
    throw badRequest("Start date for budget must be on first day of the month.", "400");
  const thisMonth = cloud.now().toISOString().slice(0, 7);
  // https://learn.microsoft.com/rest/api/consumption/budgets/create-or-update
  if (before === undefined && start.slice(0, 7) < thisMonth && textAt(inputs, "timeGrain") === "Monthly")
    throw badRequest("Start date for budget should not be before the current time grain period.", "400");
  if (before === undefined && monthsBetween(thisMonth, start) > 12)
    throw badRequest("Start date for budget should not be more than twelve months in the future.", "400");
  for (const notification of Object.values(groupAt(inputs, "notifications"))) {
    const told = [
      ...textsAt(notification, "contactEmails"),
      ...listAt(notification, "contactRoles"),
      ...listAt(notification, "contactGroups"),
    ];
    if (told.length === 0) throw badRequest("A notification must name somebody to tell.", "400");
    for (const group of textsAt(notification, "contactGroups"))
      required(cloud, group, ["monitor:ActionGroup"]);
  }
}

function monthsBetween(from: string, to: string): number {
  const months = (text: string) => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7));
  return months(to) - months(from);
}
