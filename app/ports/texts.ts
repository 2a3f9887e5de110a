/** Texts to patients' phones. */
export interface TextToSend {
  /** E.164, the deployment's own number. */
  readonly from: string;
  /** E.164. */
  readonly to: string;
  readonly text: string;
  /** A GUID that makes a repetition harmless for {@link REPEATABLE_MS} after `firstSent`; delivery reports name it. */
  readonly id: string;
  readonly firstSent: Date;
}

/** How long the vendor remembers a text's id. Whoever repeats it later would send it twice. */
export const REPEATABLE_MS = 5 * 60_000;

export interface Texts {
  /**
   * Hands one text over, once: nothing is repeated here. Never throws for what the vendor or the network does. Accepted is
   * not delivered: that a report says, with the text's id.
   */
  send(text: TextToSend, signal?: AbortSignal): Promise<Handover>;
}

/** What became of a text or a mail that was handed over. */
export type Handover =
  /** `providerId` is the vendor's own id of it. */
  | { readonly kind: "accepted"; readonly providerId: string }
  /** For good: nothing changes by sending it again. */
  | { readonly kind: "refused"; readonly reason: RefusedReason }
  /** It was not taken, and may be later. */
  | { readonly kind: "not-now"; readonly reason: PutOffReason; readonly retryAfterMs?: number }
  /** Nobody knows: the answer was lost. The same id may be repeated while it is remembered. */
  | { readonly kind: "unknown" }
  /** It was repeated when its id was not remembered any more: nothing was sent now. */
  | { readonly kind: "forgotten" };

/** `recipient`: number or address cannot be. `content`: what was sent is against the vendor's rules. */
export type RefusedReason = "recipient" | "opted-out" | "unverified" | "content";
/** `role` and `sender` are for administrators: the right to send, and the number or address that is sent from. */
export type PutOffReason = "busy" | "unreachable" | "role" | "sender";
