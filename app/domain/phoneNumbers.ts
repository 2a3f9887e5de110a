/** Phone numbers as charts and people write them, by the world's numbering plans. */
import { parsePhoneNumberFromString } from "libphonenumber-js/min";

/** Where a toll-free number's texts arrive: the United States, Canada and Puerto Rico. */
const REACHED = new Set<string | undefined>(["US", "CA", "PR"]);
/** https://www.itu.int/rec/T-REC-E.164: 15 digits at most. */
const E164 = /^\+[1-9]\d{7,14}$/;
/** Of calling code 1 (https://nanpa.com): area, exchange and line. Numbers that only some region's switches know are none. */
const NORTH_AMERICAN = /^[2-9]\d\d[2-9]\d{6}$/;
const NOBODYS_PHONE = new Set<string | undefined>(["TOLL_FREE", "PREMIUM_RATE"]);

export interface PhoneNumber {
  /** E.164: +12025550123 */
  readonly number: string;
  /** Whether a text from the hospital's toll-free number may arrive there; a landline looks no different from a mobile. */
  readonly textable: boolean;
}

/** A number without a country is one of the United States; undefined for what is no number that can be called, as a whole. */
export function phoneNumberOf(written: string): PhoneNumber | undefined {
  const read = parsePhoneNumberFromString(written.trim(), { defaultCountry: "US", extract: false });
  // What has an extension is a switchboard's.
  if (read?.isValid() !== true || read.ext !== undefined || !E164.test(read.number)) return undefined;
  if (read.countryCallingCode === "1" && !NORTH_AMERICAN.test(read.nationalNumber)) return undefined;
  return {
    number: read.number,
    textable: REACHED.has(read.country) && !NOBODYS_PHONE.has(read.getType()),
  };
}

/** Event Grid leaves the plus out. */
export const withPlus = (digits: string): string => (digits.startsWith("+") ? digits : "+" + digits);
