/** Locations of a chart at which video visits are booked and which belong to no department, as far as the chart was searched. */
import * as z from "zod";
import type { Store } from "../ports/store.ts";
import { FIRST_VERSION, membersIfReadable, newBody, type RecordKind } from "./record.ts";
import { changeOrBeginAnew, createOrRead } from "./writing.ts";

const members = z.object({
  after: z.string().exactOptional().meta({ description: "id of the location that was searched last" }),
  found: z
    .array(
      z.object({
        id: z.string(),
        name: z.string().exactOptional(),
        visits: z.int().positive(),
        at: z.iso.datetime(),
      }),
    )
    .meta({
      description:
        "ids and names of locations that belong to no department, how many video visits of the next days are booked there, and when that was seen",
    }),
});

export const strays: RecordKind<typeof members> = {
  container: "ticks",
  rows: "strays-",
  what: "locations with video visits that belong to no department",
  members,
  kept: "for good",
  expires: false,
  version: FIRST_VERSION,
};

const PARTITION = "strays";

export interface Stray {
  readonly id: string;
  readonly name?: string;
  readonly visits: number;
  readonly at: Date;
}

export interface KeptStrays {
  readonly after?: string;
  readonly found: readonly Stray[];
}

export interface StrayRecords {
  /**
   * Undefined until they were first searched for, and where the row cannot be read: the next search keeps them anew if it is damaged.
   */
  of(connectionId: string): Promise<KeptStrays | undefined>;
  keep(connectionId: string, strays: KeptStrays): Promise<void>;
}

export function openStrayRecords({ store }: { readonly store: Store }): StrayRecords {
  const addressOf = (connectionId: string) => ({ partition: PARTITION, id: "strays-" + connectionId });
  return {
    async of(connectionId) {
      const { partition, id } = addressOf(connectionId);
      const stored = await store.read(strays.container, partition, id);
      const kept = stored && membersIfReadable(strays, stored);
      if (kept === undefined) return undefined;
      const { found, ...rest } = kept;
      return { ...rest, found: found.map((one) => ({ ...one, at: new Date(one.at) })) };
    },
    async keep(connectionId, { after, found }) {
      const now = {
        ...(after !== undefined && { after }),
        found: found.map((one) => ({ ...one, at: one.at.toISOString() })),
      };
      const address = addressOf(connectionId);
      const changed = await changeOrBeginAnew(store, strays, address, () => now);
      if (changed === undefined)
        await createOrRead(store, strays.container, { ...address, body: newBody(strays, now) });
    },
  };
}
