/** Turns the rules into the engine's policies, bound to the stack whose resources they judge. */
import type { PolicyResource, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import type { DeployedStack } from "../deployedStack.ts";
import type { Judged, Related, Rule, Stack } from "./rule.ts";
import { withoutVersion } from "./types.ts";

export type Policy = ResourceValidationPolicy | StackValidationPolicy;

/** What a policy shows about its rule, whether or not there is a stack to judge. */
export const described = ({ id, words }: Pick<Rule, "id" | "words">) => ({
  name: id,
  displayName: id + " " + words.says,
  description: words.says,
  severity: words.severity,
  framework: words.control,
  remediationSteps: words.remedy,
  enforcementLevel: "mandatory" as const,
});

export const asPolicy = (rule: Rule, said: DeployedStack): Policy =>
  ({
    ...described(rule),
    ...(rule.check && { validateResource: ofResources(rule, rule.check, said) }),
    ...(rule.relations && { validateStack: ofStack(rule.relations, said) }),
  }) as Policy;

function ofResources(
  { types }: Rule,
  check: NonNullable<Rule["check"]>,
  said: DeployedStack,
): ResourceValidationPolicy["validateResource"] {
  return (args, report) => {
    if (types !== "every type" && !types.includes(withoutVersion(args.type))) return;
    for (const violation of check(judged(args, said))) report(violation);
  };
}

function ofStack(
  relations: NonNullable<Rule["relations"]>,
  said: DeployedStack,
): StackValidationPolicy["validateStack"] {
  return (args, report) => {
    for (const { about, says } of relations(related(args.resources, said)))
      report(about === undefined ? says : about.name + ": " + says, about?.urn);
  };
}

type Shown = Pick<PolicyResource, "type" | "name" | "urn" | "props" | "opts" | "provider">;

const judged = (resource: Shown, said: DeployedStack): Judged => ({
  type: withoutVersion(resource.type),
  writtenType: resource.type,
  name: resource.name,
  urn: resource.urn,
  props: resource.props,
  protect: resource.opts.protect,
  ignoreChanges: resource.opts.ignoreChanges,
  hasProvider: resource.provider !== undefined,
  said,
});

function related(all: readonly PolicyResource[], said: DeployedStack): Stack {
  const made = new Map<string, Related>();
  for (const resource of all)
    made.set(resource.urn, {
      ...judged(resource, said),
      fedBy: (property) =>
        (resource.propertyDependencies[property] ?? []).flatMap(({ urn }) => made.get(urn) ?? []),
      needs: () =>
        [...resource.dependencies, ...(resource.parent ? [resource.parent] : [])].flatMap(
          ({ urn }) => made.get(urn) ?? [],
        ),
    });
  const resources = [...made.values()];
  return { said, resources, of: (...types) => resources.filter(({ type }) => types.includes(type)) };
}
