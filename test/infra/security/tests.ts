/**
 * What must hold in every deployment and no policy can judge: order, patience, what outlives a destroy, what the connector
 * itself reads.
 */
import { orderTests } from "./order.ts";
import { outlivesTests } from "./outlives.ts";
import { patienceTests } from "./patience.ts";
import type { SecurityTest } from "./securityTest.ts";
import { settingTests } from "./settings.ts";

export const SECURITY_TESTS: readonly SecurityTest[] = [
  ...orderTests,
  ...patienceTests,
  ...outlivesTests,
  ...settingTests,
];
