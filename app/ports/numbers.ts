/** The deployment's phone number, which texts are sent from: got, looked at, changed, given back. */

/** Whether a number may do something: not at all, for those who reach it, for us, or both ways. */
export type NumberCapability = "none" | "inbound" | "outbound" | "inbound+outbound";

export interface NumberCapabilities {
  readonly sms: NumberCapability;
  readonly calling: NumberCapability;
}

export interface WantedNumber extends NumberCapabilities {
  /** ISO 3166. Only in the United States, and there only toll-free, does Microsoft sell numbers that text. */
  readonly countryCode: "US";
  readonly phoneNumberType: "tollFree";
  /** Looked for first; any other is taken when there is none. */
  readonly areaCode?: string;
}

export interface OwnedNumber extends NumberCapabilities {
  /** E.164. */
  readonly phoneNumber: string;
  readonly countryCode: string;
  readonly phoneNumberType: string;
  readonly purchasedAt: Date;
}

export type PurchaseStep = "adopted" | "looking" | "reserved" | "buying" | "bought" | "changing";

export interface Run {
  /** Ends it; whoever runs it again goes on from there. */
  readonly signal?: AbortSignal;
  readonly progress?: (step: PurchaseStep) => void;
}

/** @throws NumberFault, from every method */
export interface Numbers {
  /**
   * The number that there is, or else one that is bought. Ended at any moment and run again, here or elsewhere, or run
   * twice at once, it ends with one number. Its capabilities become those wanted.
   */
  have(wanted: WantedNumber, run?: Run): Promise<OwnedNumber>;
  /** Undefined when the resource does not own it. */
  find(phoneNumber: string, run?: Run): Promise<OwnedNumber | undefined>;
  change(phoneNumber: string, capabilities: NumberCapabilities, run?: Run): Promise<OwnedNumber>;
  /** For good: carriers forget its verification, and somebody else may get it. One that is gone already is fine. */
  release(phoneNumber: string, run?: Run): Promise<void>;
}

export type NumberFaultKind =
  "out-of-stock" | "billing" | "limit" | "role" | "missing" | "refused" | "busy" | "unfinished";

/** A number could not be had or changed. The message says what to do and is for administrators; it holds no number. */
export class NumberFault extends Error {
  override readonly name = "NumberFault";
  readonly kind: NumberFaultKind;
  constructor(kind: NumberFaultKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
