/** Says what could not be read in the chart, where the clinician would otherwise believe that the page shows all of it. */
import type { ReadHint } from "../../ports/ehr.ts";
import { Notice } from "../../web/components.tsx";
import { hintWords } from "./hints.ts";

export function ReadHints({ hints }: { readonly hints: readonly ReadHint[] }) {
  const words = hintWords(hints);
  if (words.length === 0) return null;
  return (
    <Notice kind="warning" title="The chart could not be read in full">
      {words.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </Notice>
  );
}
