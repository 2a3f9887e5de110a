/** Texts to patients' phones. */
export interface TextToSend {
  /** The deployment's own number, in E.164 form. */
  readonly from: string;
  /** In E.164 form. */
  readonly to: string;
  readonly text: string;
  /**
   * A GUID of ours. Repeating a text under it is harmless for {@link REPEATABLE_MS} after `firstSent`. Delivery reports name
   * it.
   */
  readonly id: string;
  readonly firstSent: Date;
}

/** How long the vendor remembers a text's id. A repetition after that would be sent as a second text. */
export const REPEATABLE_MS = 5 * 60_000;

export interface Texts {
  /**
   * Hands one text over, once, without repeating anything. Never rejects for a failure of the vendor or the network.
   * Accepted does not mean delivered; a later report tells that, with the text's id.
   */
  send(text: TextToSend, signal?: AbortSignal): Promise<Handover>;
}

/** What became of a text or a mail that was handed over. */
export type Handover =
  /** The vendor accepted it; `providerId` is the vendor's own id for it. */
  | { readonly kind: "accepted"; readonly providerId: string }
  /** Refused for good: sending it again changes nothing. */
  | { readonly kind: "refused"; readonly reason: RefusedReason }
  /** It was not accepted now, and may be later. */
  | { readonly kind: "not-now"; readonly reason: PutOffReason; readonly retryAfterMs?: number }
  /**
   * It is not known whether it was accepted, because the answer was lost, or somebody in between gave another
   * (`in-between`). It may be repeated under the same id while the vendor remembers the id.
   */
  | { readonly kind: "unknown"; readonly answered?: "in-between" }
  /** It was repeated when its id was no longer remembered; nothing was sent now. */
  | { readonly kind: "forgotten" };

/** `recipient`: the number or address cannot be reached at all. `content`: the content is against the vendor's rules. */
export type RefusedReason = "recipient" | "opted-out" | "unverified" | "content";
/**
 * `unreachable`: the vendor received nothing, because nobody answered, or somebody in between surely kept it. `role` and `sender`
 * need an administrator: the right to send is missing, or the sender's number or address cannot be used. `other`: the vendor
 * refuses the request, and neither the recipient nor the content.
 */
export type PutOffReason = "busy" | "unreachable" | "role" | "sender" | "other";
