/**
 * The locations of a connection's departments: those that are set, and those that are part of them, which are read daily.
 */
import { z } from "zod";
import type { KnownLocations } from "../domain/knownLocations.ts";
import type { Store } from "../ports/store.ts";
import { FIRST_VERSION, isOfAnotherRelease, membersOf, newBody, type RecordKind } from "./record.ts";
import { changeOrBeginAnew, createOrRead } from "./writing.ts";

const members = z.object({
  below: z
    .array(z.object({ id: z.string(), root: z.string() }))
    .meta({ description: "ids of locations, each with the department's location that it is part of" }),
  roots: z
    .array(z.string())
    .exactOptional()
    .meta({ description: "ids of the departments' locations for which they were read" }),
  known: z
    .array(z.object({ id: z.string(), name: z.string().exactOptional(), partOf: z.string().exactOptional() }))
    .exactOptional()
    .meta({
      description:
        "the departments' locations as the chart last showed them: id, name, and what each is part of",
    }),
  changes: z
    .array(
      z.object({
        id: z.string(),
        what: z.enum(["renamed", "moved", "gone", "left"]),
        root: z.string().exactOptional(),
        from: z.string().exactOptional(),
        to: z.string().exactOptional(),
        at: z.iso.datetime(),
      }),
    )
    .exactOptional()
    .meta({
      description:
        "which of them were renamed, moved or not shown any more: id, names before and after, and when that was seen",
    }),
  isCut: z.boolean().meta({ description: "whether the chart has more locations than are read" }),
  readAt: z.iso.datetime().meta({ description: "when they were read" }),
});

export const keptLocations: RecordKind<typeof members> = {
  container: "ticks",
  rows: "places-",
  what: "the locations of a connection's departments, as the chart has them",
  members,
  kept: "for good",
  expires: false,
  version: FIRST_VERSION,
};

const PARTITION = "places";

export interface KeptLocations extends Partial<Pick<KnownLocations, "known" | "changes">> {
  readonly below: KnownLocations["below"];
  /** The locations for which they were read; absent where an earlier release kept them. */
  readonly roots?: readonly string[];
  readonly isCut: boolean;
  readonly readAt: Date;
}

export interface LocationRecords {
  /** Undefined until they were first read. @throws UnreadableRecord */
  of(connectionId: string): Promise<KeptLocations | undefined>;
  /**
   * Keeps them. Where another release has kept them in a form that this one cannot read, that stays, and what was read is
   * remembered by this process alone: without locations no visits are found.
   */
  keep(connectionId: string, locations: KeptLocations): Promise<void>;
}

export function openLocationRecords({ store }: { readonly store: Store }): LocationRecords {
  const rowId = (connectionId: string) => "places-" + connectionId;
  const besideAnotherRelease = new Map<string, KeptLocations>();
  return {
    async of(connectionId) {
      const stored = await store.read(keptLocations.container, PARTITION, rowId(connectionId));
      if (stored === undefined) return undefined;
      const remembered = besideAnotherRelease.get(connectionId);
      if (remembered !== undefined && isOfAnotherRelease(keptLocations, stored.body)) return remembered;
      const { readAt, changes, ...rest } = membersOf(keptLocations, stored);
      return {
        ...rest,
        ...(changes && { changes: changes.map((change) => ({ ...change, at: new Date(change.at) })) }),
        readAt: new Date(readAt),
      };
    },
    async keep(connectionId, locations) {
      const { below, roots, known, changes, isCut, readAt } = locations;
      const now = {
        below: [...below],
        ...(roots !== undefined && { roots: [...roots] }),
        ...(known !== undefined && { known: [...known] }),
        ...(changes !== undefined && {
          changes: changes.map((change) => ({ ...change, at: change.at.toISOString() })),
        }),
        isCut,
        readAt: readAt.toISOString(),
      };
      const address = { partition: PARTITION, id: rowId(connectionId) };
      const changed = await changeOrBeginAnew(store, keptLocations, address, () => now);
      if (changed === undefined)
        await createOrRead(store, keptLocations.container, { ...address, body: newBody(keptLocations, now) });
      if (changed !== undefined && isOfAnotherRelease(keptLocations, changed.body))
        besideAnotherRelease.set(connectionId, locations);
    },
  };
}
