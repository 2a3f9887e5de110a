/**
 * One queue as the service keeps it. A message that was taken is hidden from other readers for a while
 * (https://learn.microsoft.com/rest/api/storageservices/operations-on-messages).
 */
import { randomBytes, randomUUID } from "node:crypto";
import { Refused, storageRefusal } from "../access/refused.ts";

export interface Message {
  readonly id: string;
  readonly text: string;
  readonly inserted: Date;
  /** Left out: the message never expires. */
  readonly expires?: Date;
  readonly visibleAt: Date;
  readonly taken: number;
  /** The pop receipt; only the newest one allows changing or deleting the message. */
  readonly receipt: string;
}

/** A receipt is base64; recorded answers have 24 letters. */
const RECEIPT = /^[A-Za-z0-9+/]{16,}={0,2}$/;
const newReceipt = () => randomBytes(18).toString("base64");

const TEXT_BYTES_AT_MOST = 64 * 1024;

/** The refusal that names a query parameter with an unacceptable value. */
export const invalid = (name: string, value: string, reason: string): Refused =>
  new Refused(
    400,
    "InvalidQueryParameterValue",
    "Value for one of the query parameters specified in the request URI is invalid.",
    { details: { QueryParameterName: name, QueryParameterValue: value, Reason: reason } },
  );

export class MessageQueue {
  readonly #now: () => Date;
  #messages: readonly Message[] = [];

  constructor(now: () => Date) {
    this.#now = now;
  }

  get count(): number {
    return this.#living().length;
  }

  /** @throws Refused */
  put(text: string, hiddenSeconds: number, livesSeconds: number): Message {
    if (livesSeconds > 0 && hiddenSeconds >= livesSeconds)
      throw invalid(
        "visibilitytimeout",
        String(hiddenSeconds),
        "messagettl must be greater than visibilitytimeout",
      );
    const inserted = this.#now();
    const message: Message = {
      id: randomUUID(),
      text: sized(text),
      inserted,
      ...(livesSeconds > 0 && { expires: later(inserted, livesSeconds) }),
      visibleAt: later(inserted, hiddenSeconds),
      taken: 0,
      receipt: newReceipt(),
    };
    this.#messages = [...this.#living(), message];
    return message;
  }

  /** Takes the oldest visible messages, which are hidden from others from now on. */
  take(count: number, hiddenSeconds: number): readonly Message[] {
    const now = this.#now();
    return this.peek(count).map((message) =>
      this.#change(message, {
        visibleAt: later(now, hiddenSeconds),
        taken: message.taken + 1,
        receipt: newReceipt(),
      }),
    );
  }

  peek(count: number): readonly Message[] {
    const now = this.#now();
    return this.#living()
      .filter(({ visibleAt }) => visibleAt <= now)
      .slice(0, count);
  }

  /** @throws Refused */
  update(id: string, receipt: string, hiddenSeconds: number, text?: string): Message {
    return this.#change(this.#held(id, receipt), {
      visibleAt: later(this.#now(), hiddenSeconds),
      receipt: newReceipt(),
      ...(text !== undefined && { text: sized(text) }),
    });
  }

  /** @throws Refused */
  delete(id: string, receipt: string): void {
    const { id: gone } = this.#held(id, receipt);
    this.#messages = this.#messages.filter((message) => message.id !== gone);
  }

  #living(): readonly Message[] {
    const now = this.#now();
    return this.#messages.filter(({ expires }) => expires === undefined || expires > now);
  }

  /**
   * The message with this receipt. An older receipt is answered as if there were no such message
   * (Azure/azure-storage-python#300); a malformed one is not.
   */
  #held(id: string, receipt: string): Message {
    if (!RECEIPT.test(receipt)) throw invalid("popreceipt", receipt, "Invalid pop receipt format");
    const held = this.#living().find((message) => message.id === id && message.receipt === receipt);
    if (held === undefined) throw storageRefusal("MessageNotFound");
    return held;
  }

  #change(message: Message, changes: Partial<Message>): Message {
    const changed = { ...message, ...changes };
    this.#messages = this.#messages.map((one) => (one.id === message.id ? changed : one));
    return changed;
  }
}

function sized(text: string): string {
  if (Buffer.byteLength(text) > TEXT_BYTES_AT_MOST)
    throw new Refused(
      413,
      "RequestBodyTooLarge",
      "The request body is too large and exceeds the maximum permissible limit.",
      { details: { MaxLimit: String(TEXT_BYTES_AT_MOST) } },
    );
  return text;
}

const later = (moment: Date, seconds: number): Date => new Date(moment.getTime() + seconds * 1000);
