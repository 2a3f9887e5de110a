/** What the page of texts says of what was typed and not saved, where somebody else has changed what is kept. */
import { TypedIsKept, type TypedAndKept } from "../changedMeanwhile.tsx";
import type { TextsShown } from "./asSet.ts";
import { isChosen, type TypedTexts } from "./typed.ts";
import { STANDS } from "./verification.ts";

export function TextsTyped({ shown, typed }: { readonly shown: TextsShown; readonly typed: TypedTexts }) {
  if (typed.revision !== undefined || typed.form === "given-back" || typed.form === "trial") return null;
  return <TypedIsKept what="setting" rows={differences(shown, typed)} />;
}

function differences({ connections, verification }: TextsShown, typed: TypedTexts): readonly TypedAndKept[] {
  if (typed.form === "verification") {
    const mine = (Object.keys(STANDS) as (keyof typeof STANDS)[]).find(
      (one) => one === typed.field("verification"),
    );
    if (mine === undefined || mine === verification) return [];
    return [["How far the carriers are", STANDS[mine][1], STANDS[verification][1]]];
  }
  const words = (is: boolean) => (is ? "Texted" : "Not texted");
  return connections.flatMap(({ id, name, isTexted }): TypedAndKept[] => {
    const mine = isChosen(typed, id, isTexted);
    return mine === isTexted ? [] : [[name, words(mine), words(isTexted)]];
  });
}
