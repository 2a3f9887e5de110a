/** How a rule is made: what it says to people on one side, what it looks at on the other. */
import type { PolicyComplianceFramework, Severity } from "@pulumi/policy";
import type { DeployedStack } from "../deployedStack.ts";

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
  readonly hasProvider: boolean;
  /** What the stack file says: everything that can be compared with it is. */
  readonly said: DeployedStack;
}

/** A resource and what feeds it. */
export interface Linked extends Judged {
  /** The resources whose outputs a property is made of; known in a preview, too. */
  readonly fedBy: (property: string) => readonly Linked[];
  /** Everything it waits for: its parent, what `dependsOn` says, and what feeds any property. */
  readonly needs: () => readonly Linked[];
}

export interface Stack {
  readonly said: DeployedStack;
  readonly resources: readonly Linked[];
  readonly of: (...types: readonly string[]) => readonly Linked[];
}

export interface RuleWords {
  /** The rule as a sentence. */
  readonly says: string;
  readonly severity: Severity;
  readonly control: PolicyComplianceFramework;
  /** What a platform engineer does about it. */
  readonly remedy: string;
}

/** What is wrong with a resource, a sentence each; none when it is sound. */
export type Check = (resource: Judged) => readonly string[];

/** What is wrong with a stack: a sentence, and the resource it is about if there is one. */
export interface Finding {
  readonly about?: Judged;
  readonly says: string;
}
export type StackCheck = (stack: Stack) => readonly Finding[];

export interface Rule {
  readonly id: string;
  readonly words: RuleWords;
  readonly types: readonly string[] | "every type";
  /** Of one resource at a time, before it is made. */
  readonly check?: Check;
  /** How resources belong together, when all of them are known to the engine. */
  readonly links?: StackCheck;
}

/** A rule about one resource at a time, judged before it is made. */
export const rule = (id: string, words: RuleWords, types: Rule["types"], check: Check): Rule => ({
  id,
  words,
  types,
  check,
});

/** A rule about how resources belong together, judged when all of them are known to the engine. */
export const stackRule = (id: string, words: RuleWords, links: StackCheck): Rule => ({
  id,
  words,
  types: [],
  links,
});

/** One rule in two halves: values, judged before a resource is made; and links, judged over the whole stack. */
export const ruleInTwoHalves = (
  id: string,
  words: RuleWords,
  types: Rule["types"],
  check: Check,
  links: StackCheck,
): Rule => ({ id, words, types, check, links });
