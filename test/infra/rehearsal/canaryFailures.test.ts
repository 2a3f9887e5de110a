/** How a rehearsal judges the connector's answer about its canary visits. */
import { expect, test } from "vitest";
import type { CanariesAnswer } from "../../../app/domain/canary.ts";
import { failuresIn } from "../../../infra/rehearsal/visit/canary.ts";
import { lamnaTest } from "../stacks.ts";
import { stackOf } from "./reportResults.ts";

const stack = stackOf(lamnaTest);
const answer = (canaries: CanariesAnswer["canaries"]): CanariesAnswer => ({
  environment: "test",
  package: "a",
  isWell: true,
  canaries,
});
const connection = { id: "lamna-test", name: "Lamna test domain" };

test("canary visits have passed where each connection that can be visited was tried, and no step failed", () => {
  const passed = { step: "discovery", outcome: "passed", milliseconds: 1 } as const;
  expect(failuresIn(answer([{ connection, steps: [passed], needsLaunch: false }]), stack)).toEqual([]);
  const failed = { ...passed, outcome: "failed", why: "It does not answer." } as const;
  expect(failuresIn(answer([{ connection, steps: [failed], needsLaunch: false }]), stack)).toEqual([
    "Lamna test domain, at the step discovery: It does not answer.",
  ]);
  expect(failuresIn(answer([]), stack)).toEqual(["Lamna test domain was not tried."]);
  expect(failuresIn(answer([{ connection, steps: [], needsLaunch: false }]), stack)).toEqual([
    "Lamna test domain was not tried.",
  ]);
});
