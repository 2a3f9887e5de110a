/** Which of a patient's phone numbers can be called, which can be texted, and which mail address is in use. */
import { z } from "zod";
import { phoneNumberOf, type PhoneNumber } from "../../domain/phoneNumbers.ts";
import { amount, listOf, text } from "../wire/members.ts";
import { isBegun, isOver, readDate, readTime } from "./times.ts";

export const telecomSchema = z.object({
  system: text.optional(),
  value: text.optional(),
  use: text.optional(),
  rank: amount.optional(),
  period: z.object({ start: text.optional(), end: text.optional() }).optional(),
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
    .filter(({ system, use, period }) => wordOf(system) === "email" && isCurrent(use, period, now))
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

/** A code as it is compared: its case, and blanks around it, say nothing. */
const wordOf = (code: string | undefined): string | undefined => code?.trim().toLowerCase();

/**
 * Whether a number can be used. An extension cannot receive a text, and a number whose period is over, or has not begun, may
 * be somebody else's now.
 */
function isUsable({ system, use, period, extension }: Telecom, now: Date): boolean {
  const isPhone = system === undefined || ["phone", "sms"].includes(wordOf(system) ?? "");
  const hasExtension = extension.some(({ url }) =>
    /\/(contactpoint-extension|iso21090-TEL-extension)$/.test(url ?? ""),
  );
  return isPhone && isCurrent(use, period, now) && !hasExtension;
}

function isCurrent(use: string | undefined, period: Telecom["period"], now: Date): boolean {
  return wordOf(use) !== "old" && isBegun(period?.start, now) && !isOver(period?.end, now);
}

/**
 * Orders numbers and addresses: the patient's own come first, whatever their ranks; of these, numbers meant for texts, then
 * mobiles, then those of lower rank, then the newer.
 */
function compare(one: Telecom, other: Telecom): number {
  const order = (telecom: Telecom) => [
    theirOwn(telecom),
    wordOf(telecom.system) === "sms" ? 0 : 1,
    wordOf(telecom.use) === "mobile" ? 0 : 1,
    telecom.rank ?? Number.MAX_SAFE_INTEGER,
    -began(telecom.period?.start),
  ];
  const [ours, theirs] = [order(one), order(other)];
  const at = ours.findIndex((value, index) => value !== theirs[index]);
  return at < 0 ? 0 : (ours[at] ?? 0) - (theirs[at] ?? 0);
}

/**
 * How surely only the patient is reached, the surest first. A temporary one that does not say until when may be somebody
 * else's by now. One at work is read by the employer, too, so it is taken only where there is no other.
 */
function theirOwn({ use, period }: Telecom): number {
  if (wordOf(use) === "work") return 2;
  return wordOf(use) === "temp" && period?.end === undefined ? 1 : 0;
}

function began(start: string | undefined): number {
  const time = readTime(start)?.at ?? new Date(readDate(start) ?? Number.NaN);
  return Number.isNaN(time.getTime()) ? 0 : time.getTime();
}
