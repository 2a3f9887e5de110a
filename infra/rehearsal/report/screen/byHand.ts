/** The part of a rehearsal's report that says what only a person can do, and the texts to paste. */
import type { RehearsalResult } from "../result.ts";
import { headed, wrapped } from "./text.ts";

export function byHandIn({ byHand }: RehearsalResult): readonly string[] {
  return byHand.flatMap(({ title, when, who, why }, index) => [
    ...wrapped(`${String(index + 1)}. ${title}, ${when}, by ${who}.`, 2, 5),
    ...wrapped(why, 5),
  ]);
}

/** One section for each text, unchanged, so that it can be pasted. */
export function textsIn({ byHand }: RehearsalResult): readonly (readonly string[])[] {
  return byHand.map(({ title, text }, index) =>
    headed(`TO PASTE, ${String(index + 1)}: ${title}`, text.split("\n")),
  );
}
