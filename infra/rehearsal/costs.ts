/**
 * A rough estimate of what a deployment costs in a month, by list prices that have a source. Nothing is left out silently.
 */
import { ESTIMATES, type Charge, type PlannedResource } from "./report/costs/estimates.ts";
import { FREE, isNoResource } from "./report/costs/free.ts";
import { PRICES, type Priced } from "./report/costs/prices.ts";

export interface CostLine {
  readonly what: string;
  readonly size: string;
  /** The cost of a month with as few instances as the program asks for. */
  readonly usd: number;
  /** The cost of a month with as many instances as it may scale to. */
  readonly usdAtMost: number;
  readonly source: string;
  readonly asOf: string;
}

export interface MonthlyCost {
  /** The most expensive first; resources of the same kind are one line. */
  readonly lines: readonly CostLine[];
  readonly free: readonly { readonly type: string; readonly count: number; readonly why: string }[];
  /** What costs something but has no price with a source, or is of an unknown type. */
  readonly notEstimated: readonly { readonly what: string; readonly count: number }[];
  /** The sum of the lines. */
  readonly totalUsd: number;
  readonly totalUsdAtMost: number;
  /** Has to be shown with each of the numbers. */
  readonly note: string;
}

const NOTE = "Rough: list prices in US dollars without tax; your region and agreement differ.";

/** @param resources of Azure and Entra, without components */
export function monthlyCost(resources: readonly PlannedResource[]): MonthlyCost {
  const judged = resources
    .filter(({ type }) => !isNoResource(type))
    .map(({ type, inputs }) => ({ type, charges: ESTIMATES.get(type)?.(inputs, resources) }));
  const charges = judged.flatMap((one) => one.charges ?? []);
  const unknown = judged.filter((one) => one.charges === undefined && !FREE.has(one.type));
  const lines = gathered(charges.filter(isPriced))
    .map(lineOf)
    .toSorted((a, b) => b.usd - a.usd);
  return {
    lines,
    free: counted(judged.flatMap(({ type }) => (FREE.has(type) ? type : []))).map(({ what, count }) => ({
      type: what,
      count,
      why: FREE.get(what) ?? "",
    })),
    notEstimated: counted([
      ...charges
        .filter((one) => !isPriced(one))
        .map(({ what, size }) => (size === "1" ? what : `${what}: ${size}`)),
      ...unknown.map(({ type }) => type),
    ]),
    totalUsd: cents(lines.reduce((sum, { usd }) => sum + usd, 0)),
    totalUsdAtMost: cents(lines.reduce((sum, { usdAtMost }) => sum + usdAtMost, 0)),
    note: NOTE,
  };
}

type PricedCharge = Charge & { readonly price: Priced };

const isPriced = (charge: Charge): charge is PricedCharge => charge.price !== undefined;

type Gathered = PricedCharge & { readonly times: number };

const gathered = (charges: readonly PricedCharge[]): readonly Gathered[] =>
  [...Map.groupBy(charges, ({ what, size, price }) => [what, size, price].join("|")).values()].flatMap(
    ([charge, ...others]) => (charge === undefined ? [] : [{ ...charge, times: others.length + 1 }]),
  );

function lineOf({ what, size, price, units, unitsAtMost = units, times }: Gathered): CostLine {
  const { usd, source, asOf } = PRICES[price];
  return {
    what,
    size: times === 1 ? size : size === "1" ? String(times) : `${String(times)} times ${size}`,
    usd: cents(usd * units * times),
    usdAtMost: cents(usd * unitsAtMost * times),
    source,
    asOf,
  };
}

const cents = (usd: number): number => Math.round(usd * 100) / 100;

const counted = (names: readonly string[]): MonthlyCost["notEstimated"] =>
  [...Map.groupBy(names, (name) => name)].map(([what, all]) => ({ what, count: all.length }));
