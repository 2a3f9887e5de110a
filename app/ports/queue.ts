/**
 * Wakes workers by messages that say which record to look at, and nothing else. In Azure it is a pair of Azure Storage
 * Queues, and on a laptop a table in the store's file; both pass one contract suite. No order is promised. A message that
 * was received and not removed comes back when its lease is over, so each is delivered at least once; the records have to
 * ensure that nothing is done twice.
 */
export interface Queue {
  /** Sends a message that becomes visible after `afterSeconds`; more than {@link LONGEST_SECONDS} is reduced to that. */
  send(text: string, afterSeconds: number): Promise<void>;
  /** Receives up to `most` visible messages (1 to {@link MOST_AT_ONCE}) and hides them for the time of the lease. */
  receive(most: number, leaseSeconds: number): Promise<readonly Message[]>;
  /**
   * Hides the message for the seconds given, from now: either a renewed lease, or a message that is put off. Its text stays
   * unless another is given. The returned message replaces the given one.
   * @throws LeaseLost
   */
  hide(message: Message, seconds: number, text?: string): Promise<Message>;
  /** Removes a message that is no longer needed. @throws LeaseLost */
  remove(message: Message): Promise<void>;
  /**
   * Sets a message aside because no release can do anything with it; the reason is a code. Of a text that is longer than any
   * of ours only the beginning is kept.
   * @throws LeaseLost
   */
  bury(message: Message, reason: string): Promise<void>;
  /** Some of the buried messages, `most` of them at most. Callers that list at the same time may see fewer. */
  buried(most: number): Promise<readonly Buried[]>;
  /** Sends a buried message again with its text, visible at once; false when there is none of that id. */
  replay(id: string): Promise<boolean>;
  /** Deletes a buried message; false when there is none of that id. */
  discard(id: string): Promise<boolean>;
  /** Resolves when all that this port needs is answering; rejects with the reason otherwise. */
  ready(): Promise<void>;
  /**
   * The time of the queue's clock, which is the same for all workers. This is never ahead of it, and at most some seconds
   * behind. Until the queue has answered, it is this machine's time.
   */
  readonly now: () => Date;
  close(): Promise<void>;
}

export interface Message {
  readonly id: string;
  readonly text: string;
  /** How often the message has been received, this time included. */
  readonly deliveries: number;
  /** An opaque value that proves the lease. */
  readonly receipt: string;
}

export interface Buried {
  readonly id: string;
  readonly text: string;
  readonly reason: string;
  readonly deliveries: number;
}

/** The lease is over and another process may have the message, or the message is gone. Nothing was changed. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
}

/**
 * Seven days, the longest time for which Azure hides a message. A message that is to be hidden for longer is hidden again
 * when it comes.
 */
export const LONGEST_SECONDS = 7 * 86_400;
export const MOST_AT_ONCE = 32;
/** Far longer than any message of ours, and far shorter than Azure allows. */
const LONGEST_TEXT = 4_096;
/** Characters that XML 1.0 does not allow; Azure's messages travel in XML (https://www.w3.org/TR/xml/#charsets). */
const UNSENDABLE = /[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u;

/**
 * Shortens a text for burial. A message that others sent may be as long as the queue allows; wrapped with its reason it
 * would be too long.
 */
export const buriedText = (text: string): string => text.slice(0, LONGEST_TEXT);

/** Applies the strictest queue's rules to all of them. @throws RangeError for a text that some queue could not take */
export function refuseUnsendable(text: string): void {
  if (text === "" || text.length > LONGEST_TEXT || UNSENDABLE.test(text))
    throw new RangeError("A message has 1 to 4096 characters, none of them a control character");
}

/** Whole seconds, rounded up, and at most {@link LONGEST_SECONDS}. @throws RangeError */
export function hiddenSeconds(seconds: number): number {
  if (!(seconds >= 0)) throw new RangeError("A message is hidden for no time or some, never for less");
  return Math.min(Math.ceil(seconds), LONGEST_SECONDS);
}

/** @throws RangeError */
export function refuseUnfitTaking(most: number, leaseSeconds: number): void {
  if (!Number.isInteger(most) || most < 1 || most > MOST_AT_ONCE)
    throw new RangeError("1 to 32 messages are taken at once");
  if (!(leaseSeconds >= 1 && leaseSeconds <= LONGEST_SECONDS))
    throw new RangeError("A lease is a second to seven days long");
}
