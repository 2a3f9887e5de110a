/** What a rule consists of: the words that people read, and the checks that it makes. */
import type { PolicyComplianceFramework, Severity } from "@pulumi/policy";
import type { DeployedStack } from "../deployedStack.ts";

/** A resource as a rule sees it. Read `props` through reading.ts only. */
export interface Judged {
  /** Pulumi's type token without an API version. */
  readonly type: string;
  readonly writtenType: string;
  readonly name: string;
  readonly urn: string;
  readonly props: unknown;
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
  readonly hasProvider: boolean;
  /** The stack's settings, with which rules compare the resource. */
  readonly said: DeployedStack;
}

/** A resource, and the resources whose outputs it uses. */
export interface Related extends Judged {
  /** The resources from whose outputs a property is made; known in a preview, too. */
  readonly fedBy: (property: string) => readonly Related[];
  /** All resources that it waits for: its parent, those in `dependsOn`, and those whose outputs any property uses. */
  readonly needs: () => readonly Related[];
}

export interface Stack {
  readonly said: DeployedStack;
  readonly resources: readonly Related[];
  readonly of: (...types: readonly string[]) => readonly Related[];
}

export interface RuleWords {
  /** The rule as one sentence. */
  readonly says: string;
  readonly severity: Severity;
  readonly control: PolicyComplianceFramework;
  /** What a platform engineer does to comply. */
  readonly remedy: string;
}

/** What is wrong with a resource, a sentence for each violation; empty when nothing is. */
export type Check = (resource: Judged) => readonly string[];

/** What is wrong with a stack: a sentence, and the resource that it is about if there is one. */
export interface Finding {
  readonly about?: Judged;
  readonly says: string;
}
export type StackCheck = (stack: Stack) => readonly Finding[];

export interface Rule {
  readonly id: string;
  readonly words: RuleWords;
  readonly types: readonly string[] | "every type";
  /** Judges one resource at a time, before it is created. */
  readonly check?: Check;
  /** Judges how resources belong together, once the engine knows all of them. */
  readonly relations?: StackCheck;
}

/** A rule about one resource at a time, judged before it is created. */
export const rule = (id: string, words: RuleWords, types: Rule["types"], check: Check): Rule => ({
  id,
  words,
  types,
  check,
});

/** A rule about how resources belong together, judged once the engine knows all of them. */
export const stackRule = (id: string, words: RuleWords, relations: StackCheck): Rule => ({
  id,
  words,
  types: [],
  relations,
});

/**
 * A rule with two parts: values, judged before a resource is created; and relations between resources, judged over the whole
 * stack.
 */
export const ruleInTwoHalves = (
  id: string,
  words: RuleWords,
  types: Rule["types"],
  check: Check,
  relations: StackCheck,
): Rule => ({ id, words, types, check, relations });
