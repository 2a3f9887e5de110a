/** Reads the staff to whom texts and mails may go, as they are typed: one phone number or mail address on each line. */
import type { Request } from "express";
import * as z from "zod";
import { phoneNumberOf } from "../../../domain/phoneNumbers.ts";
import type { StaffRecipients } from "../../../domain/texting.ts";
import { quoted } from "../../../domain/unseen.ts";
import { fieldOf, revisionIn } from "../fields.ts";

export interface TypedStaff {
  readonly phones: string;
  readonly mails: string;
  readonly faults: { readonly phones?: string; readonly mails?: string };
  /** The revision that the form was opened with; undefined for the one that is kept now. */
  readonly revision: number | undefined;
}

const MOST_EACH = 50;
/** The most characters of a wrong line that are repeated; the form itself has all that was typed. */
const MOST_QUOTED = 80;

/**
 * The staff that were typed, with numbers in the form of Communication Services; or what is wrong, with the first line that
 * is no number or address.
 */
export function staffTyped(
  request: Pick<Request, "body">,
):
  | { readonly ok: true; readonly staff: StaffRecipients; readonly typed: TypedStaff }
  | { readonly ok: false; readonly typed: TypedStaff } {
  const typed = {
    phones: fieldOf(request, "phones"),
    mails: fieldOf(request, "mails"),
    revision: revisionIn(request),
  };
  const phones = linesOf(typed.phones).map((line) => [line, phoneNumberOf(line)] as const);
  const mails = linesOf(typed.mails);
  const noPhone = phones.find(([, phone]) => phone?.textable !== true)?.[0];
  const noMail = mails.find((line) => !z.email().safeParse(line).success);
  const faults = {
    ...faultOf("phones", phones.length, noPhone, "is no number that texts arrive at"),
    ...faultOf("mails", mails.length, noMail, "is no mail address"),
  };
  if (Object.keys(faults).length > 0) return { ok: false, typed: { ...typed, faults } };
  return {
    ok: true,
    typed: { ...typed, faults: {} },
    staff: {
      phones: [...new Set(phones.flatMap(([, phone]) => phone?.number ?? []))],
      mails: [...new Map(mails.map((mail) => [mail.toLowerCase(), mail])).values()],
    },
  };
}

const linesOf = (text: string): readonly string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

function faultOf(name: "phones" | "mails", count: number, wrong: string | undefined, what: string) {
  if (count > MOST_EACH) return { [name]: `List at most ${String(MOST_EACH)}.` };
  return wrong === undefined ? {} : { [name]: `“${quoted(wrong, MOST_QUOTED)}” ${what}. Write one a line.` };
}
