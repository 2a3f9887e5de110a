/** How a rule is made: what it says to people on one side, what it looks at on the other. */
import type {
  EnforcementLevel,
  PolicyComplianceFramework,
  PolicyResource,
  ResourceValidationPolicy,
  Severity,
  StackValidationPolicy,
} from "@pulumi/policy";
import { environmentOf, geographyOf, type Environment, type Geography } from "./places.ts";
import { KNOWN_TYPES, withoutVersion } from "./types.ts";

/** A resource as a rule sees it. Read `props` through reading.ts only. */
export interface Judged {
  /** Without an API version. */
  readonly type: string;
  readonly writtenType: string;
  readonly name: string;
  readonly urn: string;
  readonly props: unknown;
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
  readonly environment: Environment;
  readonly geography: Geography | undefined;
  readonly hasProvider: boolean;
  /** What the pack's configuration says for this rule. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A resource and what feeds it. */
export interface Linked extends Judged {
  /** The resources whose outputs a property is made of; known in a preview, too. */
  readonly fedBy: (property: string) => readonly Linked[];
  /** Everything it waits for: its parent, what `dependsOn` says, and what feeds any property. */
  readonly needs: () => readonly Linked[];
}

export interface Stack {
  /** Production, unless everything that carries tags says test. */
  readonly environment: Environment;
  readonly resources: readonly Linked[];
  /** Where the first resource that says so belongs. */
  readonly geography: Geography | undefined;
  readonly of: (...types: readonly string[]) => readonly Linked[];
}

export interface RuleWords {
  /** The rule as a sentence. */
  readonly says: string;
  readonly severity: Severity;
  readonly control: PolicyComplianceFramework;
  /** What a platform engineer does about it. */
  readonly remedy: string;
  /** Mandatory unless told. */
  readonly level?: EnforcementLevel;
  readonly settings?: NonNullable<ResourceValidationPolicy["configSchema"]>;
}

/** What is wrong with a resource, a sentence each; none when it is sound. */
export type Check = (resource: Judged) => readonly string[];

/** What is wrong with a stack: a sentence, and the resource it is about if there is one. */
export interface Finding {
  readonly about?: Judged;
  readonly says: string;
}
export type StackCheck = (stack: Stack) => readonly Finding[];

/** A rule about one resource at a time, judged before it is made. */
export function rule(
  id: string,
  words: RuleWords,
  types: readonly string[] | "every type",
  check: Check,
): ResourceValidationPolicy {
  return {
    ...described(id, words),
    validateResource: (args, report) => {
      const type = withoutVersion(args.type);
      if (types !== "every type" && !types.includes(type)) return;
      const resource = judged(args, args.provider !== undefined, args.getConfig());
      for (const says of check(resource)) report(says);
    },
  };
}

/** A rule about how resources belong together, judged when all of them are known to the engine. */
export function stackRule(id: string, words: RuleWords, check: StackCheck): StackValidationPolicy {
  return {
    ...described(id, words),
    validateStack: (args, report) => {
      for (const { about, says } of check(linked(args.resources, args.getConfig())))
        report(about === undefined ? says : about.name + ": " + says, about?.urn);
    },
  };
}

/** One rule in two halves: values, judged before a resource is made; and links, judged over the whole stack. */
export function ruleInTwoHalves(
  id: string,
  words: RuleWords,
  types: readonly string[],
  check: Check,
  links: StackCheck,
): ResourceValidationPolicy & StackValidationPolicy {
  return { ...rule(id, words, types, check), ...stackRule(id, words, links) };
}

function described(id: string, words: RuleWords) {
  return {
    name: id,
    displayName: id + " " + words.says,
    description: words.says,
    severity: words.severity,
    framework: words.control,
    remediationSteps: words.remedy,
    enforcementLevel: words.level ?? ("mandatory" as const),
    ...(words.settings && { configSchema: words.settings }),
  };
}

function judged(
  resource: Pick<PolicyResource, "type" | "name" | "urn" | "props" | "opts">,
  hasProvider: boolean,
  settings: Readonly<Record<string, unknown>>,
): Judged {
  return {
    type: withoutVersion(resource.type),
    writtenType: resource.type,
    name: resource.name,
    urn: resource.urn,
    props: resource.props,
    protect: resource.opts.protect,
    ignoreChanges: resource.opts.ignoreChanges,
    environment: environmentOf(resource.props),
    geography: geographyOf(resource.props),
    hasProvider,
    settings,
  };
}

function linked(all: readonly PolicyResource[], settings: Readonly<Record<string, unknown>>): Stack {
  const made = new Map<string, Linked>();
  for (const resource of all)
    made.set(resource.urn, {
      ...judged(resource, resource.provider !== undefined, settings),
      fedBy: (property) =>
        (resource.propertyDependencies[property] ?? []).flatMap(({ urn }) => made.get(urn) ?? []),
      needs: () =>
        [...resource.dependencies, ...(resource.parent ? [resource.parent] : [])].flatMap(
          ({ urn }) => made.get(urn) ?? [],
        ),
    });
  const resources = [...made.values()];
  return {
    environment: environmentOfAll(resources),
    geography: resources.find(({ geography }) => geography !== undefined)?.geography,
    resources,
    of: (...types) => resources.filter(({ type }) => types.includes(type)),
  };
}

function environmentOfAll(resources: readonly Linked[]): Environment {
  const tagged = resources.filter(({ type }) => KNOWN_TYPES.get(type)?.tags === true);
  return tagged.length > 0 && tagged.every(({ environment }) => environment === "test")
    ? "test"
    : "production";
}
