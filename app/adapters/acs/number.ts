/** What a number is: wanted, owned, and on its way. */
import type { PhoneNumberCapabilityType } from "@azure/communication-phone-numbers";

export interface NumberCapabilities {
  readonly sms: PhoneNumberCapabilityType;
  readonly calling: PhoneNumberCapabilityType;
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
