/** Who notices a mutant: the policies, and the named security tests. */
import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { policies } from "../../../infra/policy/policies.ts";
import { judge, type JudgeOptions } from "../policy/judge.ts";
import { asJudged, type Recorded } from "../components/recorded.ts";
import { SECURITY_TESTS } from "../security/tests.ts";
import type { Deployment } from "../security/securityTest.ts";
import type { Mutant } from "./mutants.ts";

type Rules = NonNullable<JudgeOptions["rules"]>;

// A rule in two halves is asked each half by itself: a resource alone has no links to judge.
const ofResources: Rules = policies.flatMap((rule) => {
  if (!("validateResource" in rule)) return [];
  const { validateStack: _links, ...values } = rule as ResourceValidationPolicy &
    Partial<StackValidationPolicy>;
  return [values];
});
const ofStacks: Rules = policies.flatMap((rule) => {
  if (!("validateStack" in rule)) return [];
  const { validateResource: _values, ...links } = rule as StackValidationPolicy &
    Partial<ResourceValidationPolicy>;
  return [links];
});

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
    (mutant.resource && (await refused([mutant.resource], ofResources))) ??
    SECURITY_TESTS.find(
      ({ kinds, faults }) =>
        (kinds === "every kind" || kinds.includes(mutant.kind)) && faults(mutated).length > 0,
    )?.name ??
    (await refused(mutated.resources, ofStacks))
  );
}

/** Who refuses a deployment as it is: a change means something only where nobody does. */
export async function refusersOf(deployment: Deployment): Promise<readonly string[]> {
  const violations = await judge(asJudged(deployment.resources));
  return [
    ...violations.map(({ policy, message }) => policy + ": " + message),
    ...SECURITY_TESTS.flatMap(({ name, faults }) => faults(deployment).map((fault) => name + ": " + fault)),
  ];
}

async function refused(resources: readonly Recorded[], rules: Rules): Promise<string | undefined> {
  const violations = await judge(asJudged(resources), { rules });
  return violations.find(({ undecided }) => !undecided)?.policy;
}
