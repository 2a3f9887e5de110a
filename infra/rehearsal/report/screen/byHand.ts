import type { RehearsalResult } from "../result.ts";
import { headed, wrapped } from "./text.ts";

export function byHandIn({ byHand }: RehearsalResult): readonly string[] {
  return byHand.flatMap(({ title, when, who, why }, index) => [
    ...wrapped(`${String(index + 1)}. ${title}, ${when}, by ${who}.`, 2, 5),
    ...wrapped(why, 5),
  ]);
}

/** A section for each text, as it is to be pasted. */
export function textsIn({ byHand }: RehearsalResult): readonly (readonly string[])[] {
  return byHand.map(({ title, text }, index) =>
    headed(`TO PASTE, ${String(index + 1)}: ${title}`, text.split("\n")),
  );
}
