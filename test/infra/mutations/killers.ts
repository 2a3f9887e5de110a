/** Finds out what refuses a mutant: a policy, or one of the named security tests, for what no policy can see. */
import type { DeployedStack } from "../../../infra/deployedStack.ts";
import { RULES } from "../../../infra/policy/policies.ts";
import type { Rule } from "../../../infra/policy/rule.ts";
import { asJudged, type Recorded } from "../components/recorded.ts";
import { judge } from "../policy/judge.ts";
import type { Deployment } from "../security/securityTest.ts";
import { SECURITY_TESTS } from "../security/tests.ts";
import type { Mutant } from "./mutants.ts";

// The rules that compare with the stack file refuse nearly all mutants, so they are asked first.
const ASKED = ["EHR-GEN-09", "EHR-GEN-10"];
const inOrder = [...RULES].sort(
  (one, other) => Number(ASKED.includes(other.id)) - Number(ASKED.includes(one.id)),
);
// The two halves of a rule are asked separately, because a single resource has no relations to judge.
const ofResources = inOrder.flatMap(({ relations: _relations, ...values }): Rule[] =>
  values.check ? [values] : [],
);
const ofStacks = inOrder.flatMap(({ check: _check, ...whole }): Rule[] => (whole.relations ? [whole] : []));

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
    SECURITY_TESTS.find(({ kinds, faults }) => kinds.includes(mutant.kind) && faults(mutated).length > 0)
      ?.name ??
    (await refused(mutated.resources, stack, ofStacks))
  );
}

/**
 * The policies and tests that refuse a deployment without any change. There must be none, or mutants would prove nothing.
 */
export async function refusersOf(deployment: Deployment): Promise<readonly string[]> {
  const violations = await judge(asJudged(deployment.resources), deployment.stack);
  return [
    ...violations.map(({ policy, message }) => policy + ": " + message),
    ...SECURITY_TESTS.flatMap(({ name, faults }) => faults(deployment).map((fault) => name + ": " + fault)),
  ];
}

/** The first policy that refuses. The others need not be asked. */
async function refused(
  resources: readonly Recorded[],
  said: DeployedStack,
  rules: readonly Rule[],
): Promise<string | undefined> {
  for (const rule of rules) {
    const [violation] = await judge(asJudged(resources), said, [rule]);
    if (violation?.undecided === false) return violation.policy;
  }
  return undefined;
}
