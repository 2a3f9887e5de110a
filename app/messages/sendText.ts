/**
 * Sends one text to one number, once. Its record is made first, then room is taken for it in the minute, then it is handed
 * over. The caller has decided that it may be sent.
 */
import { segmentsOf } from "../domain/plainText.ts";
import { REPEATABLE_MS } from "../ports/texts.ts";
import type { MessageOf } from "../records/messages.ts";
import { TEXT_LIMITS, type Limit, type Rank } from "../records/sendingRate.ts";
import { STOP_UNREADABLE } from "./whyNot.ts";
import { handedOver, heldBack, inDoubt, LATER, type Begun, type SendPicks, type Sent } from "./handOver.ts";

export interface TextToHandOver {
  readonly of: Omit<MessageOf, "way">;
  /** The number in E.164, which is kept nowhere. */
  readonly to: string;
  readonly text: string;
  /** Left out, the limits of the number apply. */
  readonly limits?: readonly Limit[];
  /** Whether staff hold it back; left out for what they send by hand. */
  readonly isHeld?: () => Promise<boolean>;
  /** Left out, the text is tried again in the next minute, as are all texts without a rank. */
  readonly rank?: Rank;
}

/** As long as the vendor remembers an id, less the time that a request may take. */
const REPEATED_WITHIN_MS = REPEATABLE_MS - 30_000;
/** Processes' clocks differ: a text that was first handed over a little later than now was handed over just before. */
const CLOCKS_DIFFER_MS = 60_000;

/** The number has sent as much as it may within the minute. */
export const NO_ROOM = "messages.rate";

/** `no-number`: there is none that texts come from, and no record was made. */
export async function sendText(
  parts: SendPicks,
  { of, ...toSend }: TextToHandOver,
  signal?: AbortSignal,
): Promise<Sent | { readonly kind: "no-number" }> {
  if (parts.messaging?.number === undefined) return { kind: "no-number" };
  return handOverText(parts, await parts.messages.begin({ ...of, way: "text" }), toSend, signal);
}

/** Does the same for a caller that has already begun the record. */
export async function handOverText(
  parts: SendPicks,
  { message, first }: Begun,
  { to, text, limits = TEXT_LIMITS, rank, isHeld }: Omit<TextToHandOver, "of">,
  signal?: AbortSignal,
): Promise<Sent | { readonly kind: "no-number" }> {
  const { messages, messaging, optOuts, queue, sendingRate } = parts;
  const from = messaging?.number;
  if (messaging === undefined || from === undefined) return { kind: "no-number" };
  const firstSent = new Date(message.begun);
  const taken = queue.now();
  if (first) {
    const afterMs = await sendingRate.take(from, segmentsOf(text), limits, rank);
    if (afterMs !== undefined) {
      await messages.settle(message, { state: "waiting" });
      return { kind: "later", reason: NO_ROOM, afterMs };
    }
  } else if (message.state !== "begun" || !isRemembered(firstSent, queue.now()))
    return inDoubt(parts, message);
  // These are checked last, so that what is held back by now stays here, and whoever has said STOP by now gets nothing.
  if ((await isHeld?.()) === true) return heldBack(parts, { message, first });
  const isStopped = await optOuts.isStopped(to);
  if (isStopped === "not-known") {
    // Nothing has left, so that it is not in doubt later on.
    if (first) await messages.settle(message, { state: "waiting" });
    return { kind: "later", reason: "messages." + STOP_UNREADABLE };
  }
  if (isStopped) {
    const code = { state: "withheld", code: "opted-out" } as const;
    return { kind: "over", message: first ? await messages.settle(message, code) : message };
  }
  const own = first ? message : await messages.again(message);
  if (own === undefined) return LATER;
  const outcome = await messaging.texts.send({ from, to, text, id: message.id, firstSent }, signal);
  if (first && outcome.kind === "not-now") await sendingRate.giveBack(from, segmentsOf(text), limits, taken);
  return handedOver(parts, own, first, outcome);
}

function isRemembered(firstSent: Date, now: Date): boolean {
  const age = now.getTime() - firstSent.getTime();
  return age > -CLOCKS_DIFFER_MS && age < REPEATED_WITHIN_MS;
}
