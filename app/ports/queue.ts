/**
 * Wakes whoever works: messages that say which record to look at, and nothing else. Azure Storage Queues in Azure, a table
 * of the store's file on a laptop; both pass one contract suite. No order is promised. A message that was taken and not
 * removed comes back when its lease is over, so each is delivered at least once; what must not be done twice is for
 * the records to know.
 */
export interface Queue {
  /** Seen after so many seconds; more than {@link LONGEST_SECONDS} is cut to that. */
  send(text: string, afterSeconds: number): Promise<void>;
  /** Takes up to `most` (1 to {@link MOST_AT_ONCE}) that are visible; nobody else sees them for the time of the lease. */
  receive(most: number, leaseSeconds: number): Promise<readonly Message[]>;
  /**
   * Nobody sees it for so many seconds from now: a renewed lease, or a message that is put back until later. Its text stays
   * unless another is given, and the answer takes the message's place.
   * @throws LeaseLost
   */
  hide(message: Message, seconds: number, text?: string): Promise<Message>;
  /** It has done its duty. @throws LeaseLost */
  remove(message: Message): Promise<void>;
  /**
   * Takes it out of the way, because nobody can do anything with it; the reason is a code. Of a text that is longer than
   * any of ours its beginning is kept. @throws LeaseLost
   */
  bury(message: Message, reason: string): Promise<void>;
  /** Up to so many of those that were buried. Whoever lists at the same time may see fewer. */
  buried(most: number): Promise<readonly Buried[]>;
  /** Sends a buried one again as it was, visible at once; false when there is none of that id. */
  replay(id: string): Promise<boolean>;
  /** Forgets a buried one; false when there is none of that id. */
  discard(id: string): Promise<boolean>;
  /** Resolves when everything that is used here answers; rejects with the reason when it does not. */
  ready(): Promise<void>;
  /**
   * The time by the queue's clock, which is the same for everybody who works: never ahead of it, and at most some seconds
   * behind. Until the queue has answered, this machine's.
   */
  readonly now: () => Date;
  close(): Promise<void>;
}

export interface Message {
  readonly id: string;
  readonly text: string;
  /** How often it was taken, this time included. */
  readonly deliveries: number;
  /** Opaque; proves the lease. */
  readonly receipt: string;
}

export interface Buried {
  readonly id: string;
  readonly text: string;
  readonly reason: string;
  readonly deliveries: number;
}

/** The lease is over and somebody else may have the message, or it is gone. Nothing was changed. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
}

/** Seven days: what Azure hides a message for. Whoever wants longer hides it again when it comes. */
export const LONGEST_SECONDS = 7 * 86_400;
export const MOST_AT_ONCE = 32;
/** Far above what an id needs, far below what Azure takes. */
const LONGEST_TEXT = 4_096;
/** XML 1.0, in which Azure's messages travel, has no place for these (https://www.w3.org/TR/xml/#charsets). */
const UNSENDABLE = /[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u;

/** A stranger's text is as long as the queue takes; wrapped up with its reason it would be too long to be buried. */
export const buriedText = (text: string): string => text.slice(0, LONGEST_TEXT);

/** @throws RangeError for what some queue could not take: the strictest one's rules are kept by all. */
export function refuseUnsendable(text: string): void {
  if (text === "" || text.length > LONGEST_TEXT || UNSENDABLE.test(text))
    throw new RangeError("A message has 1 to 4096 characters, none of them a control character");
}

/** Whole seconds, at most {@link LONGEST_SECONDS}; a part of a second more rather than less. @throws RangeError */
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
