/**
 * Which locations of a connection have been searched completely. What is found there later is new; what was found before may
 * be old.
 */
import { z } from "zod";
import type { Store } from "../ports/store.ts";
import { FIRST_VERSION, membersOf, newBody, nextBody, type RecordKind } from "./record.ts";
import { changeRow, createOrRead } from "./writing.ts";

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
  /** Locations that are not named count as not searched from then on. */
  keep(what: SearchedFor, days: SearchedDays): Promise<void>;
}

export function openSearched({ store }: { readonly store: Store }): Searched {
  const placeOf = (connectionId: string) => ({ partition: PARTITION, id: "searched-" + connectionId });
  return {
    async of({ connectionId, chart }) {
      const { partition, id } = placeOf(connectionId);
      const stored = await store.read(searched.container, partition, id);
      const kept = stored && membersOf(searched, stored);
      return new Map(kept?.chart === chart ? kept.locations.map((one) => [one.id, one.days]) : []);
    },
    async keep({ connectionId, chart }, days) {
      const now = { chart, locations: [...days].map(([id, ahead]) => ({ id, days: ahead })) };
      const place = placeOf(connectionId);
      const changed = await changeRow(store, searched.container, place, (row) => ({
        body: nextBody(searched, row, now),
      }));
      if (changed === undefined)
        await createOrRead(store, searched.container, { ...place, body: newBody(searched, now) });
    },
  };
}
