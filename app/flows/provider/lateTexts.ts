/**
 * The texts by which the patient was told that staff run late, on the clinician's page. What a text has said, no other text
 * takes back: whoever takes it back reads that the patient was texted, and calls.
 */
import { lateSince } from "../../domain/lateness.ts";
import type { Presence } from "../../domain/presence.ts";
import type { Visit } from "../../domain/visit.ts";
import { nameOf } from "../../domain/visitMessages.ts";
import { isTold, type Message } from "../../records/messages.ts";
import type { OptionalParts } from "./optional.ts";
import type { Sending } from "./sending.ts";

/** `unread`: what was sent about the visit cannot be read now. */
export type LateTexts =
  | {
      readonly count: number;
      /** The last one, where the patient may still go by it. */
      readonly believed?: Believed;
    }
  | "unread";

/** A text that the patient goes by: when it left, as far as is known. */
export interface Believed {
  readonly at: Date;
  readonly isSure: boolean;
}

/** `perhaps`: it may leave yet, or has left since. */
export type LateText = Believed | "perhaps";

/** Those that have left, as far as is known, the newest first. */
export const lateTextsIn = (sent: Sending["sent"]): readonly Message[] =>
  sent.filter((one) => one.kind === "late" && isTold(one));

/**
 * Undefined where the patient got no such text. A patient goes by one for as long as their page would say the same: an hour,
 * unless somebody of the staff has come into the meeting since. What was told of another start is over by the visit's move.
 * @param presence who is in the meeting, as far as that can be read; asked once it counts
 */
export async function lateTextsOf(
  now: Date,
  { start, state }: Visit,
  { sent }: Pick<Sending, "sent">,
  optional: Pick<OptionalParts, "missing">,
  presence: () => Promise<Presence | undefined>,
): Promise<LateTexts | undefined> {
  if (optional.missing.has("messages")) return "unread";
  const told = lateTextsIn(sent);
  if (told.length === 0) return undefined;
  const count = told.length;
  const last = told.find((one) => one.start === start.toISOString());
  if (last === undefined) return { count };
  const late = new Date(last.begun);
  if (lateSince({ late, state }, now) === undefined) return { count };
  if (lateSince({ late, state }, now, await presence()) === undefined) return { count };
  return { count, believed: { at: late, isSure: last.state !== "begun" } };
}

/**
 * What became of the text of the click that stands, or of an earlier one by which the patient goes as well; undefined where the
 * patient goes by none.
 */
export function textOfClick(
  texts: LateTexts | undefined,
  { sent }: Pick<Sending, "sent">,
  { since, areTexted }: { readonly since: Date; readonly areTexted: boolean },
): LateText | undefined {
  if (texts === "unread") return "perhaps";
  if (texts?.believed !== undefined) return texts.believed;
  const name = nameOf({ kind: "late", said: since });
  const isSettled = sent.some(({ state, which }) => which === name && state !== "waiting");
  return areTexted && !isSettled ? "perhaps" : undefined;
}
