/**
 * One reading of a chart's locations may lack some that the chart has: its search answers whole once, and short another
 * time. What is missing from one reading alone is therefore searched on, unless the chart says by its id that it is gone.
 */
import type { ChartLocation, LocationsBelow, SystemChart } from "../../ports/systemEhr.ts";

type Below = LocationsBelow["locations"];

/** How many locations are asked for by their ids in one reading; the others are taken to be there still. */
const MOST_ASKED = 50;

/** Less than are asked for, so that all have their turn, whichever days are left out. */
const FURTHER_EACH_DAY = 37;
const A_DAY_MS = 86_400_000;

/**
 * The ids that are asked for in one reading. Where there are more than are asked for at once, each day begins elsewhere, so
 * that none waits for ever behind those that the chart goes on to show.
 */
export function someOf(ids: readonly string[], now: Date): readonly string[] {
  const days = Math.floor(now.getTime() / A_DAY_MS);
  const from = ids.length <= MOST_ASKED ? 0 : (days * FURTHER_EACH_DAY) % ids.length;
  return [...ids.slice(from), ...ids.slice(0, from)].slice(0, MOST_ASKED);
}

/**
 * Those of `before` that are not below a department's location in this reading, though nothing in it says that they have
 * moved: they, or one above them, are not among `all`, and the chart still shows that one by its id, or does not answer.
 */
export async function leftOutOf(
  chart: Pick<SystemChart, "location">,
  before: Below,
  { locations: below, all }: Pick<LocationsBelow, "locations" | "all">,
  readAt: Date,
): Promise<Below> {
  const [now, had] = [below, before].map((each) => new Set(each.map(({ id }) => id)));
  const parents = new Map(all.map((location) => [location.id, location]));
  const lost = before
    .filter(({ id }) => now?.has(id) !== true)
    .map((one) => ({ one, missing: firstMissing(one.id, parents) }))
    .filter(({ missing }) => missing !== undefined && had?.has(missing) === true);
  const asked = someOf([...new Set(lost.flatMap(({ missing }) => missing ?? []))], readAt);
  const gone = new Set<string>();
  for (const id of asked) {
    const read = await chart.location(id);
    if (read.kind === "not-shown") gone.add(id);
    else if (read.kind !== "shown") break;
  }
  return lost.filter(({ missing }) => missing !== undefined && !gone.has(missing)).map(({ one }) => one);
}

/** The location itself, or the first one above it that was not read; undefined where all of them were. */
function firstMissing(id: string, parents: ReadonlyMap<string, ChartLocation>): string | undefined {
  const seen = new Set<string>();
  for (let here: string | undefined = id; here !== undefined && !seen.has(here);) {
    const location = parents.get(here);
    if (location === undefined) return here;
    seen.add(here);
    here = location.partOf;
  }
  return undefined;
}
