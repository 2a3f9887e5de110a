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
