/**
 * Looks for video visits at locations that belong to no department: nobody finds or prepares them, and a launch there fails.
 * A chart can have thousands of locations, so each day some of them are searched, and the rest on the days after.
 */
import { standingOf } from "../../domain/appointmentStatus.ts";
import { chartAt } from "../../charts/chartAt.ts";
import { MOST_LOCATIONS, type ChartLocation, type SystemChart } from "../../ports/systemEhr.ts";
import type { KeptStrays, Stray } from "../../records/strays.ts";
import { TurnFailed } from "../../web/flow.ts";
import { departmentsAt } from "./locations.ts";
import type { FindingPicks } from "./parts.ts";

const DAY_MS = 86_400_000;
const AHEAD_DAYS = 7;
/** How many searches are made in a turn, and how many pages of each are read. */
const MOST_SEARCHES = 20;
const MOST_PAGES = 3;
/** What was seen longer ago than this may be over: it is searched for again, and told of until then. */
const TOLD_DAYS = 14;

/** @throws TurnFailed where the chart does not answer; what was found before stays */
export async function lookForStrays(
  parts: FindingPicks,
  connectionId: string,
  signal: AbortSignal,
): Promise<void> {
  const at = await chartAt(parts, connectionId, { as: "round", signal });
  if (at.kind === "gone") return;
  if (at.kind === "unwell") throw new TurnFailed("ehr.unwell", "the chart is not asked: " + at.reason);
  const all = await at.chart.locations();
  // In a chart with too many locations, only those of departments are read, by their ids, so no others are known.
  if (all.kind === "too-many") return;
  if (all.kind !== "all") throw new TurnFailed("ehr." + all.kind, "locations were not read: " + all.kind);
  const owned = await departmentsAt(parts, connectionId);
  const kept = (await parts.strays.of(connectionId)) ?? { found: [] };
  const free = all.locations.filter(({ id }) => !owned.has(id));
  const now = parts.queue.now();
  const { visits, searched } = await searchedIn(at.chart, inTurnAfter(free, kept.after), now, signal);
  const names = new Map(free.map(({ id, name }) => [id, name]));
  const seen = [...visits].map(([id, count]): Stray => {
    const name = names.get(id);
    return { id, ...(name !== undefined && { name }), visits: count, at: now };
  });
  const last = searched.at(-1);
  await parts.strays.keep(connectionId, {
    ...(last !== undefined && { after: last }),
    found: [...stillTold(kept, new Set(searched), now), ...seen],
  });
}

/** Sorted by id, from the one after the last that was searched, and then from the beginning. */
function inTurnAfter(locations: readonly ChartLocation[], last: string | undefined): readonly string[] {
  const ids = locations.map(({ id }) => id).sort();
  const first = last === undefined ? 0 : ids.findIndex((id) => id > last);
  return first <= 0 ? ids : [...ids.slice(first), ...ids.slice(0, first)];
}

const stillTold = ({ found }: KeptStrays, searched: ReadonlySet<string>, now: Date): readonly Stray[] =>
  found.filter(({ id, at }) => !searched.has(id) && now.getTime() - at.getTime() < TOLD_DAYS * DAY_MS);

/** The video visits of the next days at each location, as far as pages were read. */
async function searchedIn(
  chart: SystemChart,
  ids: readonly string[],
  from: Date,
  signal: AbortSignal,
): Promise<{ readonly visits: ReadonlyMap<string, number>; readonly searched: readonly string[] }> {
  const before = new Date(from.getTime() + AHEAD_DAYS * DAY_MS);
  const visits = new Map<string, number>();
  const searched: string[] = [];
  for (let search = 0; search < MOST_SEARCHES && search * MOST_LOCATIONS < ids.length; search++) {
    const locations = ids.slice(search * MOST_LOCATIONS, (search + 1) * MOST_LOCATIONS);
    let pages = 0;
    for await (const page of chart.appointments({ locations, from, before })) {
      signal.throwIfAborted();
      // The chart has sent what it shows, and counts more: what came is used.
      if (page.kind === "broken-off" && page.by.kind === "incomplete") break;
      if (page.kind === "broken-off") {
        if (searched.length > 0) return { visits, searched };
        throw new TurnFailed("ehr." + page.by.kind, "the chart was not searched: " + page.by.kind);
      }
      for (const { isVideo, status, locations: itsLocations } of page.appointments)
        if (isVideo && standingOf(status) === "on")
          for (const id of itsLocations.filter((one) => locations.includes(one)))
            visits.set(id, (visits.get(id) ?? 0) + 1);
      pages += 1;
      if (pages === MOST_PAGES) break;
    }
    searched.push(...locations);
  }
  return { visits, searched };
}
