import { expect, test } from "vitest";
import { lamnaTest, lamnaWith } from "../stacks.ts";
import { wholeProgram } from "../wholeProgram.ts";
import { ofType, one } from "./recorded.ts";

const PLAN = "azure-native:web:AppServicePlan";
const released = { ...lamnaTest, release: { site: "7e".repeat(32) } };

test.each([
  ["where it scales, by itself from then on", { instances: 1, instancesAtMost: 3 }, ["sku.capacity"], 1],
  ["where nothing scales, always", { instances: 2, instancesAtMost: 2 }, [], 0],
])("the stack file says how many instances there are: %s", async (_when, sizes, ignored, scaling) => {
  const { resources } = await wholeProgram(lamnaWith("sizes", sizes, released));
  const plan = one(resources, PLAN);
  expect(plan.inputs["sku"]).toMatchObject({ capacity: sizes.instances });
  expect(plan.options.ignoreChanges).toEqual(ignored);
  expect(ofType(resources, "azure-native:monitor:AutoscaleSetting")).toHaveLength(scaling);
});
