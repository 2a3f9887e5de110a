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

type Telecom = z.output<typeof telecomSchema>;

/** The best number that can be called. https://hl7.org/fhir/R4/datatypes.html#ContactPoint */
export function phoneOf(telecoms: readonly Telecom[], now: Date): string | undefined {
  return best(telecoms, now)[0]?.number;
}

/**
 * The best number that can be texted. A number that can only be called, or whose entry does not say that it is a phone, is
 * skipped.
 */
export function textNumberOf(telecoms: readonly Telecom[], now: Date): string | undefined {
  const phones = telecoms.filter(({ system }) => system !== undefined);
  return best(phones, now).find(({ textable }) => textable)?.number;
}

/** The best mail address in use, by the same order. */
export function mailOf(telecoms: readonly Telecom[], now: Date): string | undefined {
  return telecoms
    .filter((telecom) => codeRead(telecom.system) === "email" && isInUse(telecom, now))
    .sort(compare)
    .map(({ value }) => value?.trim() ?? "")
    .find((address) => z.email().safeParse(address).success);
}

function best(telecoms: readonly Telecom[], now: Date): readonly PhoneNumber[] {
  return telecoms
    .filter((telecom) => isUsable(telecom, now))
    .sort(compare)
    .flatMap(({ value }) => phoneNumberOf(value ?? "") ?? []);
}

/**
 * Whether a number can be used. An extension cannot receive a text, and a number whose period is over, or has not begun, may
 * be somebody else's now.
 */
function isUsable(telecom: Telecom, now: Date): boolean {
  const { system, extension } = telecom;
  const isPhone = system === undefined || ["phone", "sms"].includes(codeRead(system));
  const hasExtension = extension.some(({ url }) =>
    /\/(contactpoint-extension|iso21090-TEL-extension)$/.test(url ?? ""),
  );
  return isPhone && isInUse(telecom, now) && !hasExtension;
}

function isInUse(telecom: Telecom, now: Date): boolean {
  const validity = validityOf(telecom);
  return validity.use !== "old" && isCurrent(validity, now);
}

/**
 * Orders numbers and addresses: the patient's own come first, whatever their ranks; of these, numbers meant for texts, then
 * mobiles, then those of lower rank, then the newer.
 */
function compare(one: Telecom, other: Telecom): number {
  const order = (telecom: Telecom) => {
    const validity = validityOf(telecom);
    return [
      theirOwn(validity),
      codeRead(telecom.system) === "sms" ? 0 : 1,
      validity.use === "mobile" ? 0 : 1,
      telecom.rank ?? Number.MAX_SAFE_INTEGER,
      -began(validity.start),
    ];
  };
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
