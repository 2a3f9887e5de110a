/** Schemas that several resources share. They allow for members that servers leave out or add. */
import { z } from "zod";
import { listOf, text } from "../wire/members.ts";

export const reference = z.object({
  reference: text.optional(),
  type: text.optional(),
  display: text.optional(),
});

export const coding = z.object({
  system: text.optional(),
  code: text.optional(),
  display: text.optional(),
});

export const concept = z.object({
  text: text.optional(),
  coding: listOf(coding).default([]),
});

export type Concept = z.output<typeof concept>;

/** The names of a concept: its text first, then its codings' codes and displays. */
export function namesOf({ text: words, coding: codings }: Concept): string[] {
  const names = [words, ...codings.flatMap(({ code, display }) => [code, display])];
  return names.filter((name) => name !== undefined);
}

const BLANKS = /[\p{White_Space}\p{Cc}]+/gu;
const IGNORABLE = /\p{Default_Ignorable_Code_Point}+/gu;

/** Names compared as people read them: without what nobody sees, and with one space for any blanks. */
export const asRead = (name: string): string => name.replace(IGNORABLE, "").replace(BLANKS, " ").trim();

/** Control characters, and those that turn the direction of what follows: they would change how a page reads. */
const UNSEEN = /[\p{Cc}\u202A-\u202E\u2066-\u2069]+/gu;
const MOST_SHOWN = 200;

/** Words of a chart as a page shows them: in one line, and cut to what a screen has room for. */
export const shown = (words: string): string =>
  Array.from(words.slice(0, 2 * MOST_SHOWN).replace(UNSEEN, " "))
    .slice(0, MOST_SHOWN)
    .join("")
    .trim();
