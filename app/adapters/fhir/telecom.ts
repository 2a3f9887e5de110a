/** Which of a patient's phone numbers can be called, which can be texted, and which mail address is in use. */
import * as z from "zod";
import { phoneNumberOf, type PhoneNumber } from "../../domain/phoneNumbers.ts";
import { amount, listOf, text } from "../wire/members.ts";
import { codeRead } from "./concepts.ts";
import { readDate, readTime } from "./times.ts";
import { isCurrent, validityOf, validitySchema, type Validity } from "./validity.ts";

export const telecomSchema = validitySchema.extend({
  system: text.optional(),
  value: text.optional(),
  rank: amount.optional(),
  extension: listOf(z.object({ url: text.optional() })).default([]),
});

/** A number or an address, with how and when it is used. */
interface Telecom extends z.output<typeof telecomSchema> {
  readonly validity: Validity;
}

/** How a patient is reached. */
export interface Reached {
  /** The best number that can be called. https://hl7.org/fhir/R4/datatypes.html#ContactPoint */
  readonly phone: string | undefined;
  /**
   * The best number that can be texted. A number that can only be called, or whose entry does not say that it is a phone, is
   * skipped.
   */
  readonly textNumber: string | undefined;
  /** The best mail address in use, by the same order. */
  readonly mail: string | undefined;
}

export function reachedBy(entries: readonly z.output<typeof telecomSchema>[], now: Date): Reached {
  const telecoms = entries
    .map((entry) => ({ ...entry, validity: validityOf(entry) }))
    .filter(({ validity }) => validity.use !== "old" && isCurrent(validity, now));
  const phones = best(telecoms);
  return {
    phone: phones[0]?.number,
    textNumber: phones.find(({ isSaid, textable }) => isSaid && textable)?.number,
    mail: telecoms
      .filter(({ system }) => codeRead(system) === "email")
      .sort(compare)
      .map(({ value }) => value?.trim() ?? "")
      .find((address) => address !== "" && MAIL.safeParse(address).success),
  };
}

const MAIL = z.email();

/** The numbers that can be used, the best first, each with whether its entry says that it is a phone. */
function best(telecoms: readonly Telecom[]): readonly (PhoneNumber & { readonly isSaid: boolean })[] {
  return telecoms
    .filter(isUsable)
    .sort(compare)
    .flatMap(({ system, value }) => {
      const read = phoneNumberOf(value ?? "");
      return read === undefined ? [] : [{ ...read, isSaid: system !== undefined }];
    });
}

/** Whether it is a number that a text can reach: an extension cannot receive one. */
function isUsable({ system, extension }: Telecom): boolean {
  const isPhone = system === undefined || ["phone", "sms"].includes(codeRead(system));
  return isPhone && !extension.some(({ url }) => EXTENSION.test(url ?? ""));
}

const EXTENSION = /\/(contactpoint-extension|iso21090-TEL-extension)$/;

/**
 * Orders numbers and addresses: the patient's own come first, whatever their ranks; of these, numbers meant for texts, then
 * mobiles, then those of lower rank, then the newer.
 */
function compare(one: Telecom, other: Telecom): number {
  const order = ({ system, rank, validity }: Telecom) => [
    theirOwn(validity),
    codeRead(system) === "sms" ? 0 : 1,
    validity.use === "mobile" ? 0 : 1,
    rank ?? Number.MAX_SAFE_INTEGER,
    -began(validity.start),
  ];
  const [ours, theirs] = [order(one), order(other)];
  const at = ours.findIndex((value, index) => value !== theirs[index]);
  return at < 0 ? 0 : (ours[at] ?? 0) - (theirs[at] ?? 0);
}

/**
 * How surely only the patient is reached, the surest first. A temporary one that does not say until when may be somebody
 * else's by now. One at work is read by the employer, too, so it is taken only where there is no other.
 */
function theirOwn({ use, end }: Pick<Validity, "use" | "end">): number {
  if (use === "work") return 2;
  return use === "temp" && end === undefined ? 1 : 0;
}

function began(start: string | undefined): number {
  const time = readTime(start)?.at ?? new Date(readDate(start) ?? Number.NaN);
  return Number.isNaN(time.getTime()) ? 0 : time.getTime();
}
