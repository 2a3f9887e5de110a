/** What must hold in every deployment beyond the policies, which know no stack file: each test has a name and says what is wrong. */
import { accessTests } from "./access.ts";
import { dataTests } from "./data.ts";
import { edgeTests } from "./edge.ts";
import { networkTests } from "./network.ts";
import { placementTests } from "./placement.ts";
import { registrationTests } from "./registration.ts";
import type { SecurityTest } from "./securityTest.ts";
import { orderTests } from "./order.ts";
import { settingTests } from "./settings.ts";
import { siteTests } from "./site.ts";
import { unsaidTests } from "./unsaid.ts";
import { watchingTests } from "./watching.ts";

export const SECURITY_TESTS: readonly SecurityTest[] = [
  ...placementTests,
  ...accessTests,
  ...registrationTests,
  ...networkTests,
  ...siteTests,
  ...settingTests,
  ...edgeTests,
  ...dataTests,
  ...watchingTests,
  ...orderTests,
  ...unsaidTests,
];
