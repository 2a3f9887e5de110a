/** The foundation before the policy pack. What belongs together over the whole program is judged with the whole program. */
import { expect, test } from "vitest";
import { policies } from "../../../infra/policy/policies.ts";
import { judge } from "../policy/judge.ts";
import { lamnaProduction, lamnaTest, lamnaWith } from "../stacks.ts";
import { foundation } from "./ground.ts";
import { asJudged, record } from "./recorded.ts";

const rules = policies.flatMap((policy) =>
  "validateResource" in policy ? [{ ...policy, validateStack: noLinks }] : [],
);

const stacks: readonly (readonly [string, unknown])[] = [
  ["production", lamnaProduction],
  ["test with a number", { ...lamnaTest, number: {} }],
  [
    "restricted test",
    { ...lamnaTest, number: {}, network: { mode: "restricted", allow: ["198.51.100.0/24"] } },
  ],
  ["production with consent granted", lamnaWith("microsoft.consent", "granted", lamnaProduction)],
];

test.each(stacks.flatMap((stack) => [[...stack, true] as const, [...stack, false] as const]))(
  "%s passes every rule, and every rule is decided in a first preview already",
  async (_name, stack, preview) => {
    const all = await record(
      stack,
      (ground) => {
        foundation(ground);
      },
      { preview },
    );
    expect(await judge(asJudged(all), { rules })).toEqual([]);
  },
);

test("rules that a part can be judged by are most of the pack", () => {
  expect(rules.length).toBeGreaterThan(50);
});

function noLinks(): void {
  return;
}
