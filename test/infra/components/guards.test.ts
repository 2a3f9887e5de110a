import { expect, test } from "vitest";
import { budgetStart } from "../../../infra/components/budgetStart.ts";
import { lamnaProduction, lamnaTest } from "../stacks.ts";
import { wholeProgram } from "../wholeProgram.ts";
import { ofType, one } from "./recorded.ts";

const NOW = new Date("2026-11-25T12:00:00Z");
const LOCK = "azure-native:authorization:ManagementLockByScope";
const released = { ...lamnaTest, release: { site: "7e".repeat(32) } };

test.each([
  ["a month to come", "2027-02", undefined, "2027-02"],
  ["this month", "2026-11", undefined, "2026-11"],
  ["a month that is over, which Azure takes for no new budget: this one", "2026-03", undefined, "2026-11"],
  ["a budget that is there, which keeps its own", "2026-03", "2026-05-01T00:00:00Z", "2026-05"],
  ["a later month than the budget that is there", "2027-01", "2026-05-01T00:00:00Z", "2027-01"],
])("a budget counts from %s", (_what, from, before, month) => {
  expect(budgetStart(from, before, NOW)).toBe(month + "-01T00:00:00Z");
});

test("a budget that would start in more than a year is refused by its key", () => {
  expect(() => budgetStart("2027-12", undefined, NOW)).toThrow("budget.from: 2027-12 is more than a year");
});

test("one budget watches both groups of the deployment", async () => {
  const { resources } = await wholeProgram(lamnaProduction);
  expect(one(resources, "azure-native:consumption:Budget").inputs).toMatchObject({
    scope: "/subscriptions/" + lamnaProduction.azure.subscriptionId,
    filter: { dimensions: { values: ["rg-lamna-production", "rg-lamna-production-number"] } },
  });
});

test.each([
  ["that the stack gets", { number: {} }],
  ["that the portal gets", { numbers: "portal" }],
])("a test deployment's number %s is locked, last of all that hangs on it", async (_who, said) => {
  const { resources } = await wholeProgram({ ...released, ...said });
  const lock = one(resources, LOCK);
  expect(lock.inputs).toMatchObject({ level: "CanNotDelete", lockName: "keep" });
  expect(lock.propertyDependencies["scope"]).toEqual([
    one(resources, "azure-native:resources:ResourceGroup", "number").urn,
  ]);
  for (const type of ["communication:CommunicationService", "eventgrid:SystemTopicEventSubscription"])
    expect(lock.dependencies).toContain(one(resources, "azure-native:" + type).urn);
  expect(lock.dependencies).toContain(
    one(resources, "azure-native:authorization:RoleAssignment", "messaging").urn,
  );
});

test("a test deployment without a number has no lock", async () => {
  expect(ofType((await wholeProgram(released)).resources, LOCK)).toEqual([]);
});
