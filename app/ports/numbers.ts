/** The deployment's phone number, from which texts are sent: how it is bought, read, changed and released. */

/** Whether a number can be used for a service: not at all, by those who write or call, by us, or in both directions. */
export type NumberCapability = "none" | "inbound" | "outbound" | "inbound+outbound";

export interface NumberCapabilities {
  readonly sms: NumberCapability;
  readonly calling: NumberCapability;
}

export interface WantedNumber extends NumberCapabilities {
  /** An ISO 3166 code. Microsoft sells numbers that can text only in the United States, and there only toll-free ones. */
  readonly countryCode: "US";
  readonly phoneNumberType: "tollFree";
  /** The preferred area code; a number of any other is taken when this one has none. */
  readonly areaCode?: string;
}

export interface OwnedNumber extends NumberCapabilities {
  /** In E.164 form. */
  readonly phoneNumber: string;
  readonly countryCode: string;
  readonly phoneNumberType: string;
  readonly purchasedAt: Date;
}

/** How far a purchase is. `expired`: the number that was held ran out before it was bought, and another one is looked for. */
export const PURCHASE_STEPS = [
  "adopted",
  "looking",
  "reserved",
  "expired",
  "buying",
  "bought",
  "changing",
] as const;
export type PurchaseStep = (typeof PURCHASE_STEPS)[number];

export interface Run {
  /** Aborts the run; a later run continues from there. */
  readonly signal?: AbortSignal;
  readonly progress?: (step: PurchaseStep) => void;
}

/** @throws NumberFault from every method */
export interface Numbers {
  /**
   * The number that the resource owns already, or else one that is bought. If this is aborted at any moment and run again,
   * here or elsewhere, or run twice at the same time, the result is still one number. Its capabilities become those that are
   * wanted.
   */
  have(wanted: WantedNumber, run?: Run): Promise<OwnedNumber>;
  /** Undefined when the resource does not own it. */
  find(phoneNumber: string, run?: Run): Promise<OwnedNumber | undefined>;
  /**
   * Whether the resource no longer has the number. The number is looked up, and looked for in the list of all numbers; both
   * are done once more some seconds later. One answer that still has the number is enough for a no.
   */
  isGone(phoneNumber: string, run?: Run): Promise<boolean>;
  change(phoneNumber: string, capabilities: NumberCapabilities, run?: Run): Promise<OwnedNumber>;
  /**
   * Releases the number for good: carriers forget its verification, and somebody else may get it. Releasing a number that is
   * gone already succeeds.
   */
  release(phoneNumber: string, run?: Run): Promise<void>;
}

export const NUMBER_FAULTS = [
  "out-of-stock",
  "billing",
  "limit",
  "role",
  "missing",
  "refused",
  "busy",
  "unfinished",
] as const;
export type NumberFaultKind = (typeof NUMBER_FAULTS)[number];

/**
 * A number could not be obtained or changed. The message says what to do and is for administrators; it holds no phone
 * number.
 */
export class NumberFault extends Error {
  override readonly name = "NumberFault";
  readonly kind: NumberFaultKind;
  constructor(kind: NumberFaultKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
