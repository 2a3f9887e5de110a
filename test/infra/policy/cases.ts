/** For each rule, what it must refuse and what it must let through, as edits of a sound deployment. */
import type { DeployedStack } from "../../../infra/deployedStack.ts";
import type { Edit } from "./scene.ts";

/** What is different, in words, and how. */
export type Case = readonly [what: string, ...edits: readonly Edit[]];

export interface RuleCases {
  /** Refused, already in a preview. */
  readonly fails: readonly [Case, ...Case[]];
  /** Refused once values are known. */
  readonly failsLater?: readonly Case[];
  /** Let through, beyond the sound production deployment itself. */
  readonly passes?: readonly Case[];
  /** As fails and passes, of the sound test deployment. */
  readonly inTest?: { readonly fails?: readonly Case[]; readonly passes?: readonly Case[] };
  /** What the stack file says otherwise in these cases. */
  readonly said?: Partial<DeployedStack>;
}

export type CasesById = Readonly<Record<string, RuleCases>>;
