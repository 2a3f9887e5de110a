/** What has to be true of the test stack before a promotion. */
import { expect, test } from "vitest";
import type { CanaryStep } from "../../../app/domain/canary.ts";
import { checksOf, type Tested } from "../../../scripts/promote/checks.ts";
import { Unanswered } from "../../../scripts/preflight/finding.ts";
import type { Smoke } from "../../../scripts/smoke/ask.ts";

const DIGEST = "b".repeat(64);
const PASSED: CanaryStep = { step: "discovery", outcome: "passed", milliseconds: 3 };
const UNTRIED: CanaryStep = { step: "token", outcome: "not-tried", milliseconds: 0 };
const FAILED: CanaryStep = { step: "meeting", outcome: "failed", milliseconds: 9, why: "Teams refuses it." };

const told = (
  more: Partial<Smoke> & { readonly steps?: readonly CanaryStep[]; readonly launchedAt?: string } = {},
): Smoke => {
  const { steps = [PASSED], launchedAt, ...rest } = more;
  return {
    environment: "test",
    package: DIGEST,
    isWell: steps.every(({ outcome }) => outcome !== "failed"),
    canaries: [
      {
        connection: { id: "lamna-test", name: "Lamna (test)" },
        steps: [...steps],
        needsLaunch: steps.includes(UNTRIED),
        ...(launchedAt !== undefined && { launchedAt }),
      },
    ],
    ...rest,
  };
};

function tested(canary: Smoke, looks: "looked at" | "not looked at" = "looked at") {
  const outcome = (stdout: string) => Promise.resolve({ code: 0, stdout, stderr: "", events: [] });
  const group = {
    urn: "urn:group",
    type: "azure-native:resources:ResourceGroup",
    id: "/subscriptions/s/resourceGroups/g",
  };
  const ask = () =>
    looks === "looked at"
      ? Promise.resolve({ value: [] })
      : Promise.reject(new Unanswered("the answer was 403", 403));
  const of: Tested = {
    name: "lamna-test",
    digest: DIGEST,
    looking: {
      stack: "lamna-test",
      own: {
        refreshed: () => outcome(""),
        state: () => outcome(JSON.stringify({ deployment: { resources: [group] } })),
      },
      azure: ask,
      graph: ask,
      listing: ask,
      stored: () => Promise.resolve(undefined),
    },
    canary: () => Promise.resolve(canary),
  };
  const [drift, visit] = checksOf(of);
  if (drift === undefined || visit === undefined) throw new Error("there are two");
  return { drift, visit };
}

test("a canary visit that passed, by the package that goes to production", async () => {
  expect(await tested(told()).visit.holds()).toBe("passed at 1 connection");
});

test.each<[what: string, canary: Smoke, words: string]>([
  [
    "a step failed",
    told({ steps: [PASSED, FAILED] }),
    "Lamna (test), at the step meeting: Teams refuses it.",
  ],
  ["another package", told({ package: "a".repeat(64) }), "was made by aaaaaaaaaaaa and not by bbbbbbbbbbbb"],
  [
    "nobody has launched",
    told({ steps: [UNTRIED] }),
    "nobody has with this package: open a visit from PowerChart",
  ],
  ["no connection", told({ canaries: [] }), "has no FHIR connection"],
])("it is refused: %s", async (_, canary, words) => {
  await expect(tested(canary).visit.holds()).rejects.toThrow(words);
});

test("where only a person can try the chart, somebody has with this package", async () => {
  const launched = told({ steps: [UNTRIED], launchedAt: "2026-11-29T20:00:00Z" });
  expect(await tested(launched).visit.holds()).toContain("without the chart's own sign-in");
});

test("what could not be looked at is as good as drift", async () => {
  expect(await tested(told()).drift.holds()).toBe("nothing differs");
  await expect(tested(told(), "not looked at").drift.holds()).rejects.toThrow(
    "roles in the resource groups: the answer was 403",
  );
});
