/** Replaces the pack when it knows no stack file: it shows the rules, and refuses every resource. */
import { CONTROLS } from "./controls.ts";
import { described, type Policy } from "./asPolicies.ts";
import type { Rule } from "./rule.ts";

export const UNREAD = {
  id: "EHR-GEN-00",
  words: {
    says: "The rules know what the stack file says",
    severity: "critical",
    control: CONTROLS.riskManagement,
    remedy:
      "Run the pack with the stack that it judges: pulumi preview --policy-pack infra/policy hands on what stands under teams-ehr-connector:connector in stacks/Pulumi.<stack>.yaml.",
  },
} as const satisfies Pick<Rule, "id" | "words">;

/** Every rule by its words only, and one more that refuses each resource with what is wrong with the settings. */
export const refusing = (rules: readonly Rule[], faults: readonly string[]): readonly Policy[] => [
  {
    ...described(UNREAD),
    validateResource: (_resource, report) => report(wordsOf(faults)),
    validateStack: (_stack, report) => report(wordsOf(faults)),
  },
  ...rules.map((rule) => ({ ...described(rule), validateResource: silent })),
];

const wordsOf = (faults: readonly string[]): string =>
  ["these policies compare with the stack file, which they cannot read:", ...faults].join("\n  ");

const silent = (): void => undefined;
