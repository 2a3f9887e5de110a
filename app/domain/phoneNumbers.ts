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

/** Digits behind a number, which switches leave out when it is dialed, and which whoever answers is told. */
const WITH_EXTENSION = /^(.*\d)[ .-]+\d{1,6}$/;

/**
 * Whether whoever taps the number may reach somebody: it is as long as its country's numbers are, and has its area code. A
 * number without a country code is read as one of the United States or Canada. Ranges that were given out lately pass, because
 * what a hospital says of its own number is refused only where it cannot be right.
 */
export function isCallable(written: string): boolean {
  const [, withoutExtension = written] = WITH_EXTENSION.exec(written.trim()) ?? [];
  return [written, withoutExtension].some((each) => {
    const read = parsePhoneNumberFromString(each.trim(), { defaultCountry: "US", extract: false });
    if (read?.isPossible() !== true) return false;
    return read.countryCallingCode !== "1" || NORTH_AMERICAN.test(read.nationalNumber);
  });
}

/** What a number that nobody can call lacks; it follows a key, or what the field is. */
export const UNCALLABLE =
  "is no number that anybody can call; give all of it with its area code, such as (202) 555-0100, and outside the United States and Canada with + and the country code, such as +49 30 5550100";

/** Adds the plus, which Event Grid leaves out. */
export const withPlus = (digits: string): string => (digits.startsWith("+") ? digits : "+" + digits);
