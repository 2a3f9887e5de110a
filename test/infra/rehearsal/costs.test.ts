import { expect, test } from "vitest";
import { KNOWN_TYPES } from "../../../infra/policy/types.ts";
import type { Properties } from "../../../infra/rehearsal/cloud/json.ts";
import { monthlyCost, type PlannedResource } from "../../../infra/rehearsal/costs.ts";
import { PRICES } from "../../../infra/rehearsal/costs/prices.ts";
import { USUAL_MONTH } from "../../../infra/rehearsal/costs/usage.ts";
import { foundation } from "../components/ground.ts";
import { record } from "../components/recorded.ts";
import { lamnaProduction, lamnaWith } from "../stacks.ts";
import { production } from "../policy/sound.ts";

const asPlanned = (type: string, inputs: unknown): PlannedResource => ({
  type,
  inputs: inputs as Properties,
});
const planned = (resources: readonly { readonly type: string; readonly inputs: unknown }[]) =>
  resources.map(({ type, inputs }) => asPlanned(type, inputs));

async function foundationOf(stack: unknown): Promise<readonly PlannedResource[]> {
  return planned(await record(stack, (ground) => void foundation(ground)));
}

test("every resource of a production deployment has a line, or is named as free", () => {
  const resources = planned(production.known.filter(({ custom }) => custom));
  const { lines, free, notEstimated, totalUsd, totalUsdAtMost } = monthlyCost(resources);
  expect(notEstimated).toEqual([]);
  for (const what of [
    "App Service plan, Linux",
    "Cosmos DB, storage",
    "Key Vault",
    "Logs",
    "Private endpoint",
  ])
    expect(lines.map((line) => line.what)).toContain(what);
  expect(free.map(({ type }) => type)).toContain("azure-native:web:WebApp");
  expect(totalUsd).toBeGreaterThan(300);
  expect(totalUsdAtMost).toBeGreaterThan(totalUsd);
});

test("every type that the policies know has a price, or is named as free", () => {
  const bare = [...KNOWN_TYPES.keys()].map((type) =>
    asPlanned(type, type.endsWith(":AppServicePlan") ? { sku: { name: "P0v3" } } : {}),
  );
  expect(monthlyCost(bare).notEstimated).toEqual([]);
});

test("a type that nobody has priced is named, and so is a size of a known one", () => {
  const { notEstimated, totalUsd } = monthlyCost([
    asPlanned("azure-native:cache:Redis", {}),
    asPlanned("azure-native:cache:Redis", {}),
    asPlanned("azure-native:web:AppServicePlan", { sku: { name: "P3v3", capacity: 2 } }),
  ]);
  expect(notEstimated).toEqual([
    { type: "azure-native:cache:Redis", count: 2 },
    { type: "azure-native:web:AppServicePlan", count: 1 },
  ]);
  expect(totalUsd).toBe(0);
});

test("what scales by itself says what it costs at rest and at most", () => {
  const { lines } = monthlyCost([
    asPlanned("azure-native:web:AppServicePlan", { sku: { name: "P1v3", capacity: 2 } }),
    asPlanned("azure-native:monitor:AutoscaleSetting", { profiles: [{ capacity: { maximum: "6" } }] }),
    asPlanned("azure-native:cosmosdb:SqlResourceSqlDatabase", {
      options: { autoscaleSettings: { maxThroughput: 4000 } },
    }),
  ]);
  expect(lines).toMatchObject([
    { what: "App Service plan, Linux", size: "2 P1v3, 6 at most", usd: 226.3, usdAtMost: 678.9 },
    { what: "Cosmos DB, autoscale", size: "400 RU/s at rest, 4,000 at most", usd: 35.04, usdAtMost: 350.4 },
  ]);
});

test("a store that says nothing of throughput pays for the least, in each container", () => {
  const container = asPlanned("azure-native:cosmosdb:SqlResourceSqlContainer", {});
  const database = asPlanned("azure-native:cosmosdb:SqlResourceSqlDatabase", {});
  const account = asPlanned("azure-native:cosmosdb:DatabaseAccount", {});
  expect(monthlyCost([account, database, container, container]).lines).toContainEqual(
    expect.objectContaining({ what: "Cosmos DB, throughput", size: "2 times 400 RU/s", usd: 46.72 }),
  );
});

test("what is there several times is one line", () => {
  const endpoint = asPlanned("azure-native:network:PrivateEndpoint", {});
  expect(monthlyCost([endpoint, endpoint, endpoint, endpoint]).lines).toMatchObject([
    { what: "Private endpoint", size: "4", usd: 29.2, asOf: "2026-09", isGuess: false },
  ]);
});

test("what goes by use follows the month that is assumed, and says it", () => {
  const number = [asPlanned("ehr:index:PhoneNumber", {})];
  const usual = monthlyCost(number);
  expect(usual.usage).toEqual(USUAL_MONTH);
  expect(usual.totalUsd).toBe(2 + 60);
  expect(monthlyCost(number, { ...USUAL_MONTH, texts: 0 }).totalUsd).toBe(2);
});

test("logs cost by what is written beyond the free part, and by how long it is kept", () => {
  const workspace = (retentionInDays: number) => [
    asPlanned("azure-native:operationalinsights:Workspace", { retentionInDays }),
  ];
  expect(monthlyCost(workspace(30)).totalUsd).toBe(11.5);
  expect(monthlyCost(workspace(365)).totalUsd).toBeCloseTo(11.5 + 11.13);
});

test("production's foundation is dearer than a test deployment's, by what its stack asks for", async () => {
  const large = monthlyCost(await foundationOf(lamnaProduction));
  const small = monthlyCost(await foundationOf(lamnaWith("network.mode", "restricted")));
  expect([...large.notEstimated, ...small.notEstimated]).toEqual([]);
  const what = (cost: typeof large) => cost.lines.map((line) => line.what);
  expect(what(large)).toEqual(
    expect.arrayContaining([
      "Cosmos DB, autoscale",
      "Cosmos DB, backup of 30 days",
      "Storage in three zones",
    ]),
  );
  expect(what(large)).toEqual(
    expect.arrayContaining(["Private endpoint", "Private DNS zone", "Toll-free number"]),
  );
  expect(what(large)).toContain("Key Vault, key that renews itself");
  expect(what(small)).toContain("Cosmos DB, serverless");
  expect(what(small)).not.toContain("Private endpoint");
  expect(large.totalUsd).toBeGreaterThan(small.totalUsd);
}, 30_000);

test("each price says where it was read and when, and a price without a date is a guess", () => {
  for (const price of Object.values(PRICES)) {
    expect(price.usd).toBeGreaterThan(0);
    expect(price.source).not.toBe("");
    expect(price.asOf).toMatch(/^(\d{4}(-\d\d)?|undated)$/);
    if (price.asOf === "undated") expect(price).toHaveProperty("isGuess", true);
  }
});
