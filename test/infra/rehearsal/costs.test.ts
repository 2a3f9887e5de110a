import { expect, test } from "vitest";
import { AZURE_KINDS } from "../../../infra/rehearsal/azure/resourceTypes/kinds.ts";
import type { Properties } from "../../../infra/rehearsal/azure/controlPlane/json.ts";
import { monthlyCost } from "../../../infra/rehearsal/costs.ts";
import type { PlannedResource } from "../../../infra/rehearsal/report/costs/estimates.ts";
import { PRICES } from "../../../infra/rehearsal/report/costs/prices.ts";
import { ENTRA_KINDS } from "../../../infra/rehearsal/azure/entra/kinds.ts";

const planned = (type: string, inputs: Properties = {}): PlannedResource => ({ type, inputs });

const KINDS = [...AZURE_KINDS, ...ENTRA_KINDS].map(({ token }) => token);
const OWN = ["ehr:index:PhoneNumber", "ehr:index:Package", "ehr:index:Ready"];

test.each([...KINDS, ...OWN])("%s is priced, or named as free or as not estimated", (type) => {
  const { lines, free, notEstimated } = monthlyCost([planned(type, { sku: { name: "P1v3" } })]);
  // A type without a known price would be listed by its token.
  const told = [...lines, ...notEstimated].map(({ what }) => what);
  expect(told).not.toContain(type);
  expect(told.length + free.length).toBeGreaterThan(0);
});

test("what has no price is named and counted: a type that nobody knows, and a size", () => {
  const { notEstimated, totalUsd } = monthlyCost([
    planned("azure-native:cache:Redis"),
    planned("azure-native:cache:Redis"),
    planned("azure-native:web:AppServicePlan", { sku: { name: "P3v3", capacity: 2 } }),
    planned("azure-native:keyvault:Vault"),
  ]);
  expect(notEstimated).toEqual([
    { what: "App Service plan, Linux: 2 P3v3", count: 1 },
    { what: "Key Vault: operations, keys that renew themselves", count: 1 },
    { what: "azure-native:cache:Redis", count: 2 },
  ]);
  expect(totalUsd).toBe(0);
});

test("what scales by itself says what it costs at rest and at most", () => {
  const { lines, totalUsd, totalUsdAtMost } = monthlyCost([
    planned("azure-native:web:AppServicePlan", { sku: { name: "P1v3", capacity: 2 } }),
    planned("azure-native:monitor:AutoscaleSetting", { profiles: [{ capacity: { maximum: "6" } }] }),
  ]);
  expect(lines).toMatchObject([
    { what: "App Service plan, Linux", size: "2 P1v3, 6 at most", usd: 226.3, usdAtMost: 678.9 },
  ]);
  expect([totalUsd, totalUsdAtMost]).toEqual([226.3, 678.9]);
});

test("what is there several times is one line", () => {
  const endpoint = planned("azure-native:network:PrivateEndpoint");
  expect(monthlyCost([endpoint, endpoint, endpoint, endpoint]).lines).toMatchObject([
    { what: "Private endpoint", size: "4", usd: 29.2, asOf: "2026-09" },
  ]);
});

test("logs cost by what is written beyond the free part; how long they are kept is not estimated", () => {
  const workspace = (retentionInDays: number) =>
    monthlyCost([planned("azure-native:operationalinsights:Workspace", { retentionInDays })]);
  expect(workspace(30)).toMatchObject({ totalUsd: 11.5, notEstimated: [] });
  expect(workspace(365)).toMatchObject({
    totalUsd: 11.5,
    notEstimated: [{ what: "Logs, kept: 365 days", count: 1 }],
  });
});

test("each price says where it was read, and in which month", () => {
  for (const price of Object.values(PRICES)) {
    expect(price.usd).toBeGreaterThan(0);
    expect(price.source).not.toMatch(/^$|memory|Infracost|as .* tells it/u);
    expect(price.asOf).toMatch(/^\d{4}-\d\d$/);
  }
});
