/** What `npm run drift` prints: each difference between a stack and Azure, and the verdict. */
import type { Difference } from "./difference.ts";
import type { Drift } from "./drift.ts";

export const WORDS: Readonly<Record<Difference["what"], string>> = {
  changed: "changed",
  gone: "gone",
  added: "added by hand",
};

export function verdict({ stack, differences, unknown }: Drift): string {
  const count = differences.length;
  if (count > 0)
    return `${stack} has drifted: ${count === 1 ? "1 difference" : `${String(count)} differences`}.`;
  return unknown.length > 0
    ? `${stack}: nothing that was looked at has drifted, and not everything could be looked at.`
    : `${stack} has not drifted.`;
}

/** The text that a person reads at a terminal. */
export function list(found: Drift): string {
  const { differences, unknown } = found;
  return [
    ...differences.flatMap(({ resource, what, names, next }) => [
      `${resource}: ${WORDS[what]}${names.length > 0 ? ": " + names.join(", ") : ""}`,
      `    Who puts it back: ${next}`,
    ]),
    ...unknown.map(({ about, why }) => `?  ${about}: ${why}`),
    ...(differences.length + unknown.length > 0 ? [""] : []),
    verdict(found) + " Nothing was changed.",
  ]
    .map(printable)
    .join("\n");
}

/** Others may have chosen names with characters that move a terminal's cursor or begin another line. */
const printable = (line: string): string => line.replaceAll(/\p{Cc}/gu, "\uFFFD");
