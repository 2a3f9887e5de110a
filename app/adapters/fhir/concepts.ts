/**
 * Schemas that several resources share, which allow for members that servers leave out or add, and how words and codes are
 * compared.
 */
import * as z from "zod";
import { isSeen, listOf, saysWords, text, words } from "../wire/members.ts";

export const reference = z.object({
  reference: text.optional(),
  /** What stands in place of a reference that is masked. */
  _reference: z.unknown().optional(),
  type: text.optional(),
  display: words.optional(),
});

export const coding = z.object({
  system: text.optional(),
  code: text.optional(),
  display: words.optional(),
});

export const concept = z.object({
  text: words.optional(),
  coding: listOf(coding).default([]),
});

export type Concept = z.output<typeof concept>;

/** The names of a concept: its text first, then its codings' codes and displays. */
export function namesOf({ text: named, coding: codings }: Concept): string[] {
  const names = [named, ...codings.flatMap(({ code, display }) => [code, display])];
  return names.flatMap((name) => (name !== undefined && saysWords(name) ? [name] : []));
}

/**
 * Whether a server has something in place of a value that it does not give, as `_deceasedDateTime` may have beside
 * `deceasedDateTime`: an extension, such as one that says that the value is masked or not known. An id says nothing.
 * https://hl7.org/fhir/R4/json.html#primitive
 */
export const standsInPlace = (beside: unknown): boolean =>
  beside !== undefined && noteSchema.safeParse(beside).success;

const noteSchema = z.object({ extension: listOf(z.unknown()).refine((all) => all.length > 0) });

/** Whether there is anything in a value: text in which something can be seen, a number, a yes or a no. An id says nothing. */
export function saysAnything(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === "string") return isSeen(value);
  if (typeof value !== "object") return true;
  return Object.entries(value).some(([name, member]) => name !== "id" && saysAnything(member));
}

const BLANKS = /[\p{White_Space}\p{Cc}]+/gu;
const IGNORABLE = /\p{Default_Ignorable_Code_Point}+/gu;
const DASHES = /\p{Dash}/gu;
const APOSTROPHES = /[\u2018\u2019\u02bc]/g;

/**
 * Names compared as people read them: without what nobody sees, with one space for any blanks, one dash for any dash, one
 * apostrophe for any of them, and whether a letter is a capital, or how its accent is coded, says nothing.
 */
export const asRead = (name: string): string =>
  name
    .normalize("NFKC")
    .replace(IGNORABLE, "")
    .replace(BLANKS, " ")
    .replace(DASHES, "-")
    .replace(APOSTROPHES, "'")
    .toLowerCase()
    .trim();

/** A code as it is compared: its case, and blanks around it, say nothing. */
export const codeRead = (code: string | undefined): string => code?.trim().toLowerCase() ?? "";
