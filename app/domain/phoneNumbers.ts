/** Phone numbers as charts and people write them, read by the world's numbering plans. */
import { parsePhoneNumberFromString } from "libphonenumber-js/min";

/** Where a toll-free number's texts arrive: the United States, Canada and Puerto Rico. */
const REACHED = new Set<string | undefined>(["US", "CA", "PR"]);
/** At most 15 digits, by https://www.itu.int/rec/T-REC-E.164. */
const E164 = /^\+[1-9]\d{7,14}$/;
/**
 * Area code, exchange and line of a number of calling code 1 (https://nanpa.com). Numbers that only some region's switches
 * know do not match.
 */
const NORTH_AMERICAN = /^[2-9]\d\d[2-9]\d{6}$/;
const NOBODYS_PHONE = new Set<string | undefined>(["TOLL_FREE", "PREMIUM_RATE"]);

export interface PhoneNumber {
  /** In E.164, such as +12025550123. */
  readonly number: string;
  /** Whether a text from the hospital's toll-free number may arrive there; a landline looks no different from a mobile. */
  readonly textable: boolean;
}

/**
 * A number without a country code is read as one of the United States. Undefined unless the whole text is a number that can
 * be called.
 */
export function phoneNumberOf(written: string): PhoneNumber | undefined {
  const read = parsePhoneNumberFromString(written.trim(), { defaultCountry: "US", extract: false });
  // A number with an extension is a switchboard's.
  if (read?.isValid() !== true || read.ext !== undefined || !E164.test(read.number)) return undefined;
  if (read.countryCallingCode === "1" && !NORTH_AMERICAN.test(read.nationalNumber)) return undefined;
  return {
    number: read.number,
    textable: REACHED.has(read.country) && !NOBODYS_PHONE.has(read.getType()),
  };
}

/** Adds the plus, which Event Grid leaves out. */
export const withPlus = (digits: string): string => (digits.startsWith("+") ? digits : "+" + digits);
