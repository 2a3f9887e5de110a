/** Which of a patient's numbers can be texted and called. */
import { z } from "zod";
import { amount, listOf, text } from "../wire/members.ts";
import { isOver, readDate, readTime } from "./times.ts";

export const telecomSchema = z.object({
  system: text.optional(),
  value: text.optional(),
  use: text.optional(),
  rank: amount.optional(),
  period: z.object({ start: text.optional(), end: text.optional() }).optional(),
  extension: listOf(z.object({ url: text.optional() })).default([]),
});

type Telecom = z.output<typeof telecomSchema>;

/** A number of North America is taken where it has no country. https://hl7.org/fhir/R4/datatypes.html#ContactPoint */
export function phoneOf(telecoms: readonly Telecom[], now: Date): string | undefined {
  const usable = telecoms.flatMap((telecom) => {
    const number = isUsable(telecom, now) ? e164(telecom.value ?? "") : undefined;
    return number === undefined ? [] : [{ telecom, number }];
  });
  return usable.sort((a, b) => compare(a.telecom, b.telecom))[0]?.number;
}

/** An extension cannot receive a text, and a number that is over may be somebody else's by now. */
function isUsable({ system, use, period, extension }: Telecom, now: Date): boolean {
  const isPhone = system === undefined || ["phone", "sms"].includes(system.toLowerCase());
  const hasExtension = extension.some(({ url }) =>
    /\/(contactpoint-extension|iso21090-TEL-extension)$/.test(url ?? ""),
  );
  return isPhone && use !== "old" && !isOver(period?.end, now) && !hasExtension;
}

/** What is meant for texts comes first, then mobiles, then the lower rank, then the newer. */
function compare(one: Telecom, other: Telecom): number {
  const order = (telecom: Telecom) => [
    telecom.system?.toLowerCase() === "sms" ? 0 : 1,
    telecom.use === "mobile" ? 0 : 1,
    telecom.rank ?? Number.MAX_SAFE_INTEGER,
    -began(telecom.period?.start),
  ];
  const [ours, theirs] = [order(one), order(other)];
  const place = ours.findIndex((value, index) => value !== theirs[index]);
  return place < 0 ? 0 : (ours[place] ?? 0) - (theirs[place] ?? 0);
}

function began(start: string | undefined): number {
  const time = readTime(start)?.at ?? new Date(readDate(start) ?? Number.NaN);
  return Number.isNaN(time.getTime()) ? 0 : time.getTime();
}

/** https://www.nationalnanpa.com: neither area nor exchange begins with 0 or 1. */
const NORTH_AMERICAN = /^[2-9]\d{2}[2-9]\d{6}$/;

function e164(value: string): string | undefined {
  if (!/^\+?[\d\s().-]+$/.test(value.trim())) return undefined;
  const digits = value.replace(/\D/g, "");
  const national = digits.replace(/^1(?=\d{10}$)/, "");
  if (value.trim().startsWith("+") && !digits.startsWith("1"))
    return /^[2-9]\d{7,14}$/.test(digits) ? "+" + digits : undefined;
  return NORTH_AMERICAN.test(national) ? "+1" + national : undefined;
}
