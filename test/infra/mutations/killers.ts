/** Who notices a mutant: the policies, and the named security tests. */
import type { DeployedStack } from "../../../infra/deployedStack.ts";
import { RULES } from "../../../infra/policy/policies.ts";
import type { Rule } from "../../../infra/policy/rule.ts";
import { judge } from "../policy/judge.ts";
import { asJudged, type Recorded } from "../components/recorded.ts";
import { SECURITY_TESTS } from "../security/tests.ts";
import type { Deployment } from "../security/securityTest.ts";
import type { Mutant } from "./mutants.ts";

// A rule in two halves is asked each half by itself: a resource alone has no links to judge.
const ofResources = RULES.flatMap(({ links: _links, ...values }): Rule[] => (values.check ? [values] : []));
const ofStacks = RULES.flatMap(({ check: _check, ...links }): Rule[] => (links.links ? [links] : []));

/** The name of the first policy or security test that fails; undefined when the mutant lives. */
export async function killerOf(
  mutant: Mutant,
  { stack, resources }: Deployment,
): Promise<string | undefined> {
  const mutated: Deployment = {
    stack,
    resources: resources.flatMap((one) => (one.urn === mutant.urn ? (mutant.resource ?? []) : one)),
  };
  return (
    (mutant.resource && (await refused([mutant.resource], stack, ofResources))) ??
    SECURITY_TESTS.find(
      ({ kinds, faults }) =>
        (kinds === "every kind" || kinds.includes(mutant.kind)) && faults(mutated).length > 0,
    )?.name ??
    (await refused(mutated.resources, stack, ofStacks))
  );
}

/** Who refuses a deployment as it is: a change means something only where nobody does. */
export async function refusersOf(deployment: Deployment): Promise<readonly string[]> {
  const violations = await judge(asJudged(deployment.resources), deployment.stack);
  return [
    ...violations.map(({ policy, message }) => policy + ": " + message),
    ...SECURITY_TESTS.flatMap(({ name, faults }) => faults(deployment).map((fault) => name + ": " + fault)),
  ];
}

async function refused(
  resources: readonly Recorded[],
  said: DeployedStack,
  rules: readonly Rule[],
): Promise<string | undefined> {
  const violations = await judge(asJudged(resources), said, rules);
  return violations.find(({ undecided }) => !undecided)?.policy;
}
