/** What Teams tells of a visit's meeting while it runs: who waits, who is in, who has left. */
import type { Look, Whereabouts } from "../domain/presence.ts";
import type { Subscription } from "../domain/watching.ts";

export interface CallEvents {
  /**
   * From now on Graph tells what happens in the meeting, at most until then. Where it does so already, for whichever reason,
   * that one is replaced. Graph asks our webhook within the call, so the webhook must answer.
   * @throws CallEventsFault
   */
  subscribe(to: ToSubscribe): Promise<Subscription>;
  /** Undefined where Graph has none of that id any more. @throws CallEventsFault */
  renew(id: string, until: Date): Promise<Subscription | undefined>;
  /** Graph tells no more; nothing where it has none of that id. @throws CallEventsFault */
  remove(id: string): Promise<void>;
  /**
   * What an item says, once it is sure that it is whole. Nothing of a person's is in the answer but ids, which are hashed
   * before anything is kept. @throws NotificationUnreadable when it never will say anything, VaultFault
   */
  read(item: EncryptedItem): Promise<CallEvent>;
}

export interface ToSubscribe {
  /** The meeting's, whole, as Graph gave it. */
  readonly joinUrl: string;
  /** Comes back with whatever Graph tells; at most 128 characters. */
  readonly clientState: string;
  readonly until: Date;
}

/** As Graph sends it, still encrypted: texts in base64, and the version of our key that the key inside is wrapped for. */
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
    /** What Teams calls somebody in this meeting. */
    readonly id: string;
    readonly look: Look;
    /** Object id of an account of the hospital's directory. */
    readonly account?: string;
    readonly place: Whereabouts;
  }[];
}

/** Forged, damaged, for another key, or of a kind that nobody knows. */
export class NotificationUnreadable extends Error {
  override readonly name = "NotificationUnreadable";
}

/**
 * Why Graph does not tell. `limit`: it has as many subscriptions as it gives. `not-reached`: it could not ask our webhook.
 * `refused`: it does not tell this deployment.
 */
export const FAULT_REASONS = ["limit", "not-reached", "refused", "unavailable"] as const;

/** What Graph counts to its limit; `limit` where it does not say. */
export const LIMITS = ["limit-of-app-in-tenant", "limit-of-tenant", "limit-of-app", "limit"] as const;

export class CallEventsFault extends Error {
  override readonly name = "CallEventsFault";
  readonly reason: (typeof FAULT_REASONS)[number];
  /** Which one, where the reason is one. */
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
