import type { StackSettings } from "../../../infra/stack.ts";
import type { RehearsalResult } from "../../../infra/rehearsal/report/result.ts";

export type Task = RehearsalResult["byHand"][number];
export type Connection = NonNullable<StackSettings["connections"]>[number];

export interface Deployment {
  /** Of the stack, as `pulumi stack output --stack` takes it. */
  readonly name: string;
  readonly stack: StackSettings;
  /** What a launch asks of the chart system. */
  readonly scopesOf: (connection: Connection) => readonly string[];
}

export const BEFORE = "before pulumi up";
export const AFTER = "after the first pulumi up";

/** Origin that people open, or words for one that Azure makes up. */
export const publicUrlOf = ({ publicHost }: StackSettings): string => "https://" + (publicHost ?? "<site>");

/** As the program names the resource group of everything but the number. */
export const groupOf = ({ tenant, environment }: StackSettings): string =>
  ["rg", tenant, environment].join("-");

/** Text to paste, a line each. */
export const lines = (...texts: readonly (string | readonly string[])[]): string => texts.flat().join("\n");
