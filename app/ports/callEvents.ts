/** What Teams tells about a visit's meeting while it runs: who waits, who is in it, and who has left. */
import type { Look, Whereabouts } from "../domain/presence.ts";
import type { Subscription } from "../domain/watching.ts";

export interface CallEvents {
  /**
   * Subscribes to what happens in the meeting, from now until the given time at most. If Graph has a subscription to it
   * already, for whatever reason, that one is replaced. Graph calls our webhook during this call, so the webhook must be
   * answering.
   * @throws CallEventsFault
   */
  subscribe(to: ToSubscribe): Promise<Subscribed>;
  /** Renews a subscription; undefined where Graph has none of that id any more. @throws CallEventsFault */
  renew(id: string, until: Date): Promise<Subscription | undefined>;
  /**
   * The subscriptions that bring this deployment what happens in meetings, whoever made them.
   * @throws CallEventsFault
   */
  all(): Promise<readonly MeetingSubscription[]>;
  /** Removes a subscription; does nothing where Graph has none of that id. @throws CallEventsFault */
  remove(id: string): Promise<void>;
  /**
   * Decrypts an item after checking that it is unaltered. The only personal data in the answer are ids, which are hashed
   * before anything is kept.
   * @throws NotificationUnreadable when the item can never be read, VaultFault
   */
  read(item: EncryptedItem): Promise<CallEvent>;
}

export interface Subscribed extends Subscription {
  /** Ids of the subscriptions that were there already and are replaced. */
  readonly replaced: readonly string[];
}

export interface ToSubscribe {
  /** The meeting's whole link as Graph gave it. */
  readonly joinUrl: string;
  /** Graph sends this back with each notification; at most 128 characters. */
  readonly clientState: string;
  readonly until: Date;
}

export interface MeetingSubscription {
  readonly id: string;
  /** The meeting's whole link. */
  readonly joinUrl: string;
}

/**
 * An item as Graph sends it, still encrypted: texts in base64, and the version of our key for which the item's own key is
 * wrapped.
 */
export interface EncryptedItem {
  readonly data: string;
  readonly dataKey: string;
  readonly dataSignature: string;
  readonly certificateId: string;
}

export interface CallEvent {
  readonly kind: "started" | "ended" | "roster";
  readonly at: Date;
  readonly people: readonly {
    /** Teams' id for the person in this meeting. */
    readonly id: string;
    readonly look: Look;
    /** Object id of the person's account in the hospital's directory. */
    readonly account?: string;
    /** Absent where it is not told, so that the person is still where they were. */
    readonly whereabouts?: Whereabouts;
  }[];
}

/** The item is forged, damaged, encrypted for another key, or of an unknown kind. */
export class NotificationUnreadable extends Error {
  override readonly name = "NotificationUnreadable";
}

/**
 * Why Graph does not send notifications. `limit`: it has no more subscriptions to give. `not-reached`: it could not reach
 * our webhook. `refused`: it does not do so for this deployment.
 */
export const FAULT_REASONS = ["limit", "not-reached", "refused", "unavailable"] as const;

/** Whose subscriptions count towards Graph's limit; `limit` where Graph does not say. */
export const LIMITS = ["limit-of-app-in-tenant", "limit-of-tenant", "limit-of-app", "limit"] as const;

export class CallEventsFault extends Error {
  override readonly name = "CallEventsFault";
  readonly reason: (typeof FAULT_REASONS)[number];
  /** Which limit it is, where the reason is `limit`. */
  readonly limit: (typeof LIMITS)[number] | undefined;
  constructor(
    reason: CallEventsFault["reason"],
    message: string,
    options?: ErrorOptions & { readonly limit?: (typeof LIMITS)[number] },
  ) {
    super(message, options);
    this.reason = reason;
    this.limit = options?.limit;
  }
}
