/** What a deployment would cost in a month: rough, by list prices, with nothing left out silently. */
import type { Charge, PlannedResource } from "./costs/charge.ts";
import { ESTIMATES } from "./costs/estimates.ts";
import { FREE, FREE_UNLESS_ASKED, isNoResource } from "./costs/free.ts";
import { PRICES, type Price } from "./costs/prices.ts";
import { USUAL_MONTH, type MonthlyUsage } from "./costs/usage.ts";

export type { PlannedResource } from "./costs/charge.ts";

export interface CostLine {
  readonly what: string;
  readonly size: string;
  /** At rest: with as few instances and as little throughput as the program asks for. */
  readonly usd: number;
  /** The whole month at what it may scale to. */
  readonly usdAtMost: number;
  readonly source: string;
  readonly asOf: string;
  /** The price itself is a guess: remembered, undated or told by somebody else than the vendor. */
  readonly isGuess: boolean;
}

export interface Counted {
  readonly type: string;
  readonly count: number;
}

export interface MonthlyCost {
  /** The dearest first; what is there several times is one line. */
  readonly lines: readonly CostLine[];
  readonly free: readonly (Counted & { readonly why: string })[];
  /** Types, or sizes of them, that nobody has put a price to. */
  readonly notEstimated: readonly Counted[];
  readonly totalUsd: number;
  readonly totalUsdAtMost: number;
  /** To be shown with any of the numbers. */
  readonly note: string;
  /** What the lines that go by use assume. */
  readonly usage: MonthlyUsage;
}

const NOTE =
  "Rough: list prices in US dollars without tax, mostly of US East; your region and agreement differ.";

/** @param resources of the vendors, without components */
export function monthlyCost(
  resources: readonly PlannedResource[],
  usage: MonthlyUsage = USUAL_MONTH,
): MonthlyCost {
  const judged = resources
    .filter(({ type }) => !isNoResource(type))
    .map((resource) => judge(resource, usage, resources));
  const lines = gathered(judged.flatMap(({ charges }) => charges))
    .map(lineOf)
    .toSorted((a, b) => b.usd - a.usd);
  return {
    lines,
    free: countedBy(judged.filter(({ why }) => why !== undefined)).map(({ type, count, one }) => ({
      type,
      count,
      why: one.why ?? "",
    })),
    notEstimated: countedBy(
      judged.filter(({ charges, why }) => charges.length === 0 && why === undefined),
    ).map(({ type, count }) => ({ type, count })),
    totalUsd: cents(lines.reduce((sum, { usd }) => sum + usd, 0)),
    totalUsdAtMost: cents(lines.reduce((sum, { usdAtMost }) => sum + usdAtMost, 0)),
    note: NOTE,
    usage,
  };
}

interface Judged {
  readonly type: string;
  readonly charges: readonly Charge[];
  /** Why it costs nothing. A type without charges and without a reason has no price yet. */
  readonly why?: string | undefined;
}

function judge(
  { type, inputs }: PlannedResource,
  usage: MonthlyUsage,
  all: readonly PlannedResource[],
): Judged {
  const charges = ESTIMATES.get(type)?.(inputs, usage, all) ?? [];
  return {
    type,
    charges,
    why: charges.length > 0 ? undefined : (FREE.get(type) ?? FREE_UNLESS_ASKED.get(type)),
  };
}

function gathered(charges: readonly Charge[]): readonly (Charge & { readonly times: number })[] {
  const found = new Map<string, Charge & { readonly times: number }>();
  for (const charge of charges) {
    const key = [charge.what, charge.size, charge.price].join("|");
    found.set(key, { ...charge, times: (found.get(key)?.times ?? 0) + 1 });
  }
  return [...found.values()];
}

function lineOf({
  what,
  size,
  price,
  units,
  unitsAtMost = units,
  times,
}: Charge & { readonly times: number }): CostLine {
  const { usd, source, asOf, isGuess = false }: Price = PRICES[price];
  return {
    what,
    size: times === 1 ? size : size === "1" ? String(times) : `${String(times)} times ${size}`,
    usd: cents(usd * units * times),
    usdAtMost: cents(usd * unitsAtMost * times),
    source,
    asOf,
    isGuess,
  };
}

const cents = (usd: number): number => Math.round(usd * 100) / 100;

function countedBy(judged: readonly Judged[]): readonly (Counted & { readonly one: Judged })[] {
  const groups = Map.groupBy(judged, ({ type }) => type);
  return [...groups].flatMap(([type, [one, ...others]]) =>
    one === undefined ? [] : [{ type, count: others.length + 1, one }],
  );
}
