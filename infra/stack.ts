/**
 * The one schema of stack settings: what a hospital writes under `teams-ehr-connector:connector` in
 * `stacks/Pulumi.<stack>.yaml`. Plain types and validation; the Pulumi program, the rehearsal and `npm start` all read
 * a stack through {@link parseStack}.
 */
import { hospitalFaults } from "../app/domain/hospitalFaults.ts";
import { readOrExplain } from "../app/domain/issueWords.ts";
import { deploymentFaults } from "./stack/deploymentFaults.ts";
import { messagingFaults } from "./stack/messagingFaults.ts";
import { stackSchema, type StackSettings } from "./stack/schema.ts";
import { textFaults } from "./stack/texts.ts";

export { stackSchema };
export type { StackSettings, StackSettingsInput } from "./stack/schema.ts";

/** The configuration key in Pulumi's form: the project's name, a colon, our one key. */
export const STACK_KEY = "teams-ehr-connector:connector";

export type StackVerdict =
  | { readonly ok: true; readonly stack: StackSettings }
  | { readonly ok: false; readonly faults: readonly string[] };

export interface StackContext {
  /**
   * Name of the stack that the file describes, such as `lamna-test`; where it is not known, checks that compare it are left
   * out.
   */
  readonly name?: string | undefined;
  /** The time with which the day of a consent is compared. */
  readonly now?: Date;
}

/** Parses what stands under {@link STACK_KEY}. Each fault is a sentence that starts with the key it is about. */
export function parseStack(value: unknown, context: StackContext = {}): StackVerdict {
  const read = readOrExplain(stackSchema, value, { whole: STACK_KEY, reference: "stacks/README.md" });
  if (!read.ok) return read;
  const faults = [...textFaults(value), ...crossFaults(read.value, context)];
  return faults.length > 0 ? { ok: false, faults } : { ok: true, stack: read.value };
}

/** Rules that concern several keys. */
function crossFaults(stack: StackSettings, { name, now = new Date() }: StackContext): string[] {
  return [...hospitalFaults(stack), ...deploymentFaults(stack, name), ...messagingFaults(stack, now)];
}
