import { expect, test } from "vitest";
import { named, registrationName } from "../../../app/domain/resourceNames.ts";

test.each([
  ["test", "rg-lamna-test", "Teams EHR connector lamna test"],
  ["production", "rg-lamna-production", "Teams EHR connector lamna production"],
] as const)("a %s deployment of a hospital has names of its own", (environment, group, registration) => {
  const deployment = { tenant: "lamna", environment };
  expect(named("rg", deployment)).toBe(group);
  expect(registrationName(deployment)).toBe(registration);
});
