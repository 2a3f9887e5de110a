/**
 * What texts and mails have in common once their record is made: keeping what the vendor answered, and what follows from it.
 */
import type { Parts } from "../parts.ts";
import type { Handover } from "../ports/texts.ts";
import type { Message, Settled } from "../records/messages.ts";
import { HELD_BACK } from "./heldBack.ts";

/** The parts that sending a message needs. */
export type SendPicks = Pick<
  Parts,
  "heard" | "log" | "messages" | "messaging" | "optOuts" | "queue" | "sendingRate"
>;

/** A record that was made, and whether nothing of its message has ever left. */
export interface Begun {
  readonly message: Message;
  readonly first: boolean;
}

export type Sent =
  /** Nothing more is done about the message here; its record says what became of it, as far as that is known. */
  | { readonly kind: "over"; readonly message: Message }
  /**
   * The message is to be tried again with the same facts. Its record says `waiting`, or `begun` where the message may have
   * left.
   */
  | { readonly kind: "later"; readonly reason: string; readonly afterMs?: number };

/**
 * The longest wait, however long a vendor asks for: what is to be told is worth nothing tomorrow, and asking again costs one
 * request.
 */
const LONGEST_WAIT_MS = 5 * 60_000;
/** How soon an answer that was lost is asked for again. */
const ASK_AGAIN_MS = 10_000;

/** The vendor's answer was lost, or somebody else tries the message at this moment. */
export const LATER = { kind: "later", reason: "messages.unknown", afterMs: ASK_AGAIN_MS } as const;

/** Staff hold the message back. What may have left before is not waiting: only a report tells what became of it. */
export async function heldBack(
  { messages }: Pick<SendPicks, "messages">,
  { message, first }: Begun,
): Promise<Sent> {
  if (first) await messages.settle(message, { state: "waiting" });
  return { kind: "later", reason: HELD_BACK };
}

/** @param first whether nothing of this message has ever left */
export async function handedOver(
  { heard, log, messages }: SendPicks,
  message: Message,
  first: boolean,
  outcome: Handover,
): Promise<Sent> {
  const over = async (settled: Settled): Promise<Sent> => ({
    kind: "over",
    message: await messages.settle(message, settled),
  });
  const later = async (reason: string, afterMs?: number): Promise<Sent> => {
    // A message that may have left before is not waiting: only a report tells what became of it.
    if (first) await messages.settle(message, { state: "waiting" });
    return {
      kind: "later",
      reason: "messages." + reason,
      ...(afterMs !== undefined && { afterMs: Math.min(afterMs, LONGEST_WAIT_MS) }),
    };
  };
  switch (outcome.kind) {
    case "accepted":
      if (message.way === "text") await heard.textSent();
      return over({ state: "accepted", providerId: outcome.providerId });
    case "refused":
      // That a repetition is refused says nothing about the first time.
      return first ? over({ state: "refused", code: outcome.reason }) : { kind: "over", message };
    case "not-now":
      if (outcome.reason !== "busy") log.warn("message.not_taken", { reason: outcome.reason });
      return later(outcome.reason, outcome.retryAfterMs);
    case "unknown":
      if (outcome.answered !== undefined) log.warn("message.answered_in_between", { reason: message.way });
      return LATER;
    case "forgotten":
      // Nothing was sent now. If it was the first time, the clocks differ.
      return first ? later("clocks") : { kind: "over", message };
  }
}

/**
 * The end of a message of which it stays unknown whether it has left. It is not repeated, since that might be a second one;
 * only a report can still tell. Its record says `begun`, which people read as not confirmed.
 */
export function inDoubt({ log }: Pick<SendPicks, "log">, message: Message): Sent {
  if (message.state === "begun") log.warn("message.in_doubt", { reason: message.way });
  return { kind: "over", message };
}
