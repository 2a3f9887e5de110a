/**
 * Sends one mail to one address, once. Its record is made first. Where the vendor's answer was lost, the vendor is asked
 * what became of the mail before it is handed over again. The caller has decided that it may be sent.
 */
import type { MailContent } from "../domain/mails.ts";
import type { MessageOf } from "../records/messages.ts";
import { handedOver, heldBack, inDoubt, LATER, type Begun, type SendPicks, type Sent } from "./handOver.ts";

export interface MailToHandOver {
  readonly of: Omit<MessageOf, "way">;
  /** The address, which is kept nowhere. */
  readonly to: string;
  readonly content: MailContent;
  /** Whether staff hold it back; left out for what they send by hand. */
  readonly isHeld?: () => Promise<boolean>;
}

/** After this time a request that was under way has ended. */
const UNDER_WAY_MS = 60_000;
/** All mails have the same rank. */
const ALL_ALIKE = 0;
/** How long the vendor certainly knows which mails it has taken. */
const KNOWN_FOR_MS = 3_600_000;

/** `no-sender`: there is no address that mails come from, and no record was made. */
export async function sendMail(
  parts: SendPicks,
  { of, ...toSend }: MailToHandOver,
  signal?: AbortSignal,
): Promise<Sent | { readonly kind: "no-sender" }> {
  if (parts.messaging?.mailSender === undefined) return { kind: "no-sender" };
  return handOverMail(parts, await parts.messages.begin({ ...of, way: "mail" }), toSend, signal);
}

/** Does the same for a caller that has already begun the record. */
export async function handOverMail(
  parts: SendPicks,
  { message, first }: Begun,
  { to, content, isHeld }: Omit<MailToHandOver, "of">,
  signal?: AbortSignal,
): Promise<Sent | { readonly kind: "no-sender" }> {
  const { messages, messaging, queue, sendingRate } = parts;
  const sender = messaging?.mailSender;
  if (messaging === undefined || sender === undefined) return { kind: "no-sender" };
  const { address: from, limits } = sender;
  if (!first) {
    if (message.state !== "begun") return { kind: "over", message };
    const age = queue.now().getTime() - Date.parse(message.begun);
    if (age < UNDER_WAY_MS)
      return { kind: "later", reason: "messages.unknown", afterMs: UNDER_WAY_MS - Math.max(age, 0) };
    if (age > KNOWN_FOR_MS) return inDoubt(parts, message);
    const fate = await messaging.mail.fateOf(message.id, signal);
    // Its operation has failed, so nothing of it left; only repeating a mail would say nothing of the first time.
    const isRefused = fate.kind === "refused";
    if (fate.kind !== "absent") return handedOver(parts, message, isRefused, fate);
  }
  const most = [
    { seconds: 60, most: limits.perMinute },
    { seconds: 3600, most: limits.perHour },
  ];
  const taken = queue.now();
  const afterMs = await sendingRate.take(from, 1, most, ALL_ALIKE);
  if (afterMs !== undefined) {
    if (first) await messages.settle(message, { state: "waiting" });
    return { kind: "later", reason: "messages.rate", afterMs };
  }
  if ((await isHeld?.()) === true) return heldBack(parts, { message, first });
  const own = first ? message : await messages.again(message);
  if (own === undefined) return LATER;
  const outcome = await messaging.mail.send({ ...content, id: message.id, from, to }, signal);
  // While the vendor takes nothing, what is tried again and again leaves the hour's room for when it does.
  if (outcome.kind === "not-now") await sendingRate.giveBack(from, 1, most, taken);
  // Where the vendor was asked before, nothing of the mail had left.
  return handedOver(parts, own, true, outcome);
}
