/** For each rule, what it must refuse and what it must accept, as edits of a sound deployment. */
import type { DeployedStack } from "../../../infra/deployedStack.ts";
import type { Edit } from "./scene.ts";

/** A description of what is different, and the edits that make it so. */
export type Case = readonly [what: string, ...edits: readonly Edit[]];

export interface RuleCases {
  /** Refused as early as in a preview. */
  readonly fails: readonly [Case, ...Case[]];
  /** Refused once values are known. */
  readonly failsLater?: readonly Case[];
  /** Accepted, besides the sound production deployment itself. */
  readonly passes?: readonly Case[];
  /** The same as `fails` and `passes`, for the sound test deployment. */
  readonly inTest?: { readonly fails?: readonly Case[]; readonly passes?: readonly Case[] };
  /** What is different in the stack file in these cases. */
  readonly said?: Partial<DeployedStack>;
}

export type CasesById = Readonly<Record<string, RuleCases>>;
