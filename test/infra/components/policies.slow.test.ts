/** The policy pack judges the foundation. Rules about several resources are judged elsewhere, with the whole program. */
import { expect, test } from "vitest";
import * as pulumi from "@pulumi/pulumi";
import { deployedStack } from "../../../infra/deployedStack.ts";
import { RULES } from "../../../infra/policy/policies.ts";
import type { Rule } from "../../../infra/policy/rule.ts";
import { judge } from "../policy/judge.ts";
import { lamnaProduction, lamnaTest, lamnaWith } from "../stacks.ts";
import { foundation } from "./foundation.ts";
import { asJudged, record } from "./recorded.ts";

const rules = RULES.flatMap(({ relations: _links, ...values }): Rule[] => (values.check ? [values] : []));

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
      (context) => {
        // Without a host name of the hospital's own, people open the site's.
        const { publicHost = "app-lamna-test1.azurewebsites.net" } = context.stack;
        foundation(context, {}, "https://" + publicHost);
      },
      { preview },
    );
    const said = deployedStack(new pulumi.Config("teams-ehr-connector"));
    expect(await judge(asJudged(all), said, rules)).toEqual([]);
  },
);

test("rules that a part can be judged by are most of the pack", () => {
  expect(rules.length).toBeGreaterThan(50);
});
