import { expect, test } from "vitest";
import { deployments } from "./security/samples.ts";
import { SECURITY_TESTS } from "./security/tests.ts";

const sampled = await deployments();

test.each(SECURITY_TESTS)("$name", ({ faults }) => {
  for (const [name, deployment] of sampled) expect(faults(deployment), name).toEqual([]);
});
