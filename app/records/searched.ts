/**
 * Which locations of a connection have been searched completely. What is found there later is new; what was found before may
 * be old.
 */
import * as z from "zod";
import type { Store } from "../ports/store.ts";
import { FIRST_VERSION, membersIfReadable, newBody, type RecordKind } from "./record.ts";
import { changeOrBeginAnew, createOrRead } from "./writing.ts";

const members = z.object({
  chart: z.string().meta({ description: "the chart's address, and the visit types that were looked for" }),
  locations: z
    .array(z.object({ id: z.string(), days: z.number() }))
    .meta({ description: "ids of locations, each with how many days ahead it was searched" }),
});

export const searched: RecordKind<typeof members> = {
  container: "ticks",
  rows: "searched-",
  what: "the locations of a connection that have been searched wholly",
  members,
  kept: "for good",
  expires: false,
  version: FIRST_VERSION,
};

const PARTITION = "searched";

/** How many days ahead each location was searched, by its id. */
export type SearchedDays = ReadonlyMap<string, number>;

/** What the search depends on: with another chart or other visit types nothing has been searched yet. */
export interface SearchedFor {
  readonly connectionId: string;
  readonly chart: string;
}

export interface Searched {
  of(what: SearchedFor): Promise<SearchedDays>;
  /**
   * Changes what has been searched; several may do so at once. Locations that are not named count as not searched from then
   * on.
   */
  change(what: SearchedFor, edit: (before: SearchedDays) => SearchedDays): Promise<void>;
}

export function openSearched({ store }: { readonly store: Store }): Searched {
  const addressOf = (connectionId: string) => ({ partition: PARTITION, id: "searched-" + connectionId });
  return {
    async of({ connectionId, chart }) {
      const { partition, id } = addressOf(connectionId);
      const stored = await store.read(searched.container, partition, id);
      return daysIn(stored && membersIfReadable(searched, stored), chart);
    },
    async change({ connectionId, chart }, edit) {
      const address = addressOf(connectionId);
      const changed = () =>
        changeOrBeginAnew(store, searched, address, (kept) => {
          const before = daysIn(kept, chart);
          const days = edit(before);
          return isSame(before, days) ? undefined : asMembers(chart, days);
        });
      if ((await changed()) !== undefined) return;
      await createOrRead(store, searched.container, {
        ...address,
        body: newBody(searched, asMembers(chart, new Map())),
      });
      await changed();
    },
  };
}

/** Nothing has been searched for another chart, nor where the row cannot be read: then it is searched anew. */
function daysIn(kept: z.output<typeof members> | undefined, chart: string): SearchedDays {
  return new Map(kept?.chart === chart ? kept.locations.map(({ id, days }) => [id, days]) : []);
}

const asMembers = (chart: string, days: SearchedDays): z.input<typeof members> => ({
  chart,
  locations: [...days].map(([id, ahead]) => ({ id, days: ahead })),
});

const isSame = (one: SearchedDays, other: SearchedDays): boolean =>
  one.size === other.size && [...one].every(([location, days]) => other.get(location) === days);
