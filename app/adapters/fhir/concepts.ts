/** Shapes that several resources share. Open, because servers leave out and add. */
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

/** What a concept is called: in words first, then as its codes have it. */
export function namesOf({ text: words, coding: codings }: Concept): string[] {
  const names = [words, ...codings.flatMap(({ code, display }) => [code, display])];
  return names.filter((name) => name !== undefined);
}

/** What a screen has room for. */
export const shown = (words: string): string => words.slice(0, 200);
