/**
 * The one schema of stack settings: what a hospital writes under `teams-ehr-connector:connector` in
 * `stacks/Pulumi.<stack>.yaml`. Plain types and validation; the Pulumi program, the rehearsal and `npm start` all read
 * a stack through {@link parseStack}.
 */
import { hospitalFaults } from "../app/domain/hospitalFaults.ts";
import { readOrExplain } from "../app/domain/issueWords.ts";
import { deploymentFaults, type Surroundings } from "./stack/deploymentFaults.ts";
import { wholeFaults } from "./stack/length.ts";
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

/**
 * The name is the one of the stack that the file describes, such as `lamna-test`. Checks that compare what is not known here
 * are left out.
 */
export interface StackContext extends Surroundings {
  /** The time with which the day of a consent is compared. */
  readonly now?: Date;
}

/** Parses what stands under {@link STACK_KEY}. Each fault is a sentence that starts with the key it is about. */
export function parseStack(value: unknown, context: StackContext = {}): StackVerdict {
  const read = readOrExplain(stackSchema, value, { whole: STACK_KEY, reference: "stacks/README.md" });
  const ofTexts = textFaults(value);
  const others = read.ok
    ? [...crossFaults(read.value, context), ...lengthOf(read.value, value)]
    : read.faults;
  // A blank that nobody sees makes a value another one, and any other sentence about it would mislead.
  const told = new Set(ofTexts.map(keyOf));
  const faults = [...ofTexts, ...others.filter((fault) => !told.has(keyOf(fault)))];
  return read.ok && faults.length === 0 ? { ok: true, stack: read.value } : { ok: false, faults };
}

const lengthOf = ({ environment }: StackSettings, value: unknown): string[] =>
  environment === "local" ? [] : wholeFaults(STACK_KEY, value);

const keyOf = (fault: string): string => fault.slice(0, fault.indexOf(": "));

/** Rules that concern several keys. */
function crossFaults(stack: StackSettings, context: StackContext): string[] {
  const { now = new Date() } = context;
  return [...hospitalFaults(stack), ...deploymentFaults(stack, context), ...messagingFaults(stack, now)];
}
