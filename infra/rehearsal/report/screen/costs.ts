/** The part of a rehearsal's report about costs. */
import type { RehearsalResult } from "../result.ts";
import { counted } from "../verdict.ts";
import { row, wrapped } from "./text.ts";

/**
 * What each thing costs with the fewest instances and with the most, and which parts of the bill are not in these numbers.
 */
export function costsIn({ costs }: RehearsalResult): readonly string[] {
  const { lines, notEstimated, totalUsd, totalUsdAtMost, note } = costs;
  if (lines.length === 0 && notEstimated.length === 0) return [];
  const numbers = (usd: string, atMost: string): readonly (readonly [string, number])[] => [
    [usd.padStart(11), 11],
    [atMost.padStart(11), 15],
  ];
  return [
    ...row(numbers("at rest", "at most"), "for"),
    ...lines.flatMap(({ what, size, usd, usdAtMost }) =>
      row(numbers(inDollars(usd), inDollars(usdAtMost)), `${what}: ${size}`),
    ),
    ...row(numbers(inDollars(totalUsd), inDollars(totalUsdAtMost)), "of what is estimated"),
    ...wrapped(note, 2),
    ...[unpricedInWords(costs), freeInWords(costs)].flatMap((words) => wrapped(words ?? "", 2)),
  ];
}

export function freeInWords({ free }: RehearsalResult["costs"]): string | undefined {
  const count = free.reduce((sum, one) => sum + one.count, 0);
  return count === 0 ? undefined : `Free: ${counted(count, "resource")} of ${counted(free.length, "kind")}.`;
}

export const unpricedInWords = ({ notEstimated }: RehearsalResult["costs"]): string | undefined =>
  notEstimated.length === 0
    ? undefined
    : "NOT ESTIMATED, because no price with a source and a date is at hand: " +
      notEstimated
        .map(({ what, count }) => (count === 1 ? what : `${String(count)} times ${what}`))
        .join("; ") +
      ".";

export function sourcesIn({ costs }: RehearsalResult): readonly string[] {
  const sources = Map.groupBy(costs.lines, ({ source, asOf }) => `${source} (${asOf})`);
  return [...sources].flatMap(([source, lines]) =>
    wrapped(`${[...new Set(lines.map(({ what }) => what))].join("; ")}: ${source}`, 2, 4),
  );
}

export const inDollars = (usd: number): string =>
  usd.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
