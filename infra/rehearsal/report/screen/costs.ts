import type { RehearsalResult } from "../result.ts";
import { counted } from "../verdict.ts";
import { row, wrapped } from "./text.ts";

/** What each thing costs at rest, and at what it may scale to. */
export function costsIn({ costs }: RehearsalResult): readonly string[] {
  const { lines, notEstimated, totalUsd, totalUsdAtMost, note } = costs;
  if (lines.length === 0 && notEstimated.length === 0) return [];
  const numbers = (usd: string, atMost: string, mark = ""): readonly (readonly [string, number])[] => [
    [usd.padStart(11), 11],
    [atMost.padStart(11), 11],
    [mark.padStart(2), 4],
  ];
  return [
    ...row(numbers("at rest", "at most"), "for"),
    ...lines.flatMap(({ what, size, usd, usdAtMost, isGuess }) =>
      row(numbers(inDollars(usd), inDollars(usdAtMost), isGuess ? "~" : ""), `${what}: ${size}`),
    ),
    ...row(numbers(inDollars(totalUsd), inDollars(totalUsdAtMost)), "in all"),
    ...wrapped(note, 2),
    ...(lines.some(({ isGuess }) => isGuess)
      ? wrapped("~ is a guess: a price without a date, or worked out from another.", 2)
      : []),
    ...wrapped("It takes this for a month: " + usageInWords(costs.usage) + ".", 2),
    ...[freeInWords(costs), unpricedInWords(costs)].flatMap((words) => wrapped(words ?? "", 2)),
  ];
}

export function freeInWords({ free }: RehearsalResult["costs"]): string | undefined {
  const count = free.reduce((sum, one) => sum + one.count, 0);
  return count === 0 ? undefined : `Free: ${counted(count, "resource")} of ${counted(free.length, "kind")}.`;
}

export const unpricedInWords = ({ notEstimated }: RehearsalResult["costs"]): string | undefined =>
  notEstimated.length === 0
    ? undefined
    : "NOT IN THESE NUMBERS, because nobody has put a price to it: " +
      notEstimated.map(({ type, count }) => `${String(count)} ${type}`).join(", ") +
      ".";

export function sourcesIn({ costs }: RehearsalResult): readonly string[] {
  const sources = Map.groupBy(costs.lines, ({ source, asOf }) => `${source} (${asOf})`);
  return [...sources].flatMap(([source, lines]) =>
    wrapped(`${[...new Set(lines.map(({ what }) => what))].join("; ")}: ${source}`, 2, 4),
  );
}

export const inDollars = (usd: number): string =>
  usd.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

const NAMES: Readonly<Record<keyof RehearsalResult["costs"]["usage"], string>> = {
  requests: "requests",
  gigabytesOut: "GB sent out",
  requestUnits: "request units of the store",
  storeGigabytes: "GB in the store",
  vaultOperations: "uses of the vault",
  packageGigabytes: "GB of packages",
  storageOperations: "uses of storage",
  logGigabytes: "GB of logs",
  events: "events",
  texts: "texts",
  mails: "mails",
};

export const usageInWords = (usage: RehearsalResult["costs"]["usage"]): string =>
  (Object.keys(NAMES) as (keyof typeof NAMES)[])
    .map((name) => `${usage[name].toLocaleString("en-US")} ${NAMES[name]}`)
    .join(", ");
