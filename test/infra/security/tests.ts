/**
 * What must hold in every deployment although no policy can judge it: the order, patience, what stays after a destroy, and
 * the settings that the connector reads.
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
