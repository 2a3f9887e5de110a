/**
 * The locations of a connection's departments: those that are set, and those that are part of them, which are read daily.
 */
import * as z from "zod";
import type { KnownLocations } from "../domain/knownLocations.ts";
import type { Store } from "../ports/store.ts";
import {
  FIRST_VERSION,
  isOfAnotherRelease,
  membersIfReadable,
  membersOf,
  newBody,
  type RecordKind,
} from "./record.ts";
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
  chart: z.string().exactOptional().meta({ description: "the address of the chart that has them" }),
  lacking: z.object({ unreadable: z.int(), keptBack: z.int() }).exactOptional().meta({
    description: "how many could not be read, and how often the chart said that it keeps some back",
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
  /** Base URL of the chart; absent where an earlier release kept them. A connection's id may lead to another chart since. */
  readonly chart?: string;
  /** What the reading lacks; absent where an earlier release kept it, or not all were read. */
  readonly lacking?: { readonly unreadable: number; readonly keptBack: number };
  readonly isCut: boolean;
  readonly readAt: Date;
}

export interface LocationRecords {
  /** As they were last read, by whichever release; undefined until they were first read. @throws UnreadableRecord */
  of(connectionId: string): Promise<KeptLocations | undefined>;
  /**
   * Keeps them. Where another release has kept them in a form that this one cannot read, that stays, and what was read is kept
   * beside it: without locations no visits are found.
   */
  keep(connectionId: string, locations: KeptLocations): Promise<void>;
}

export function openLocationRecords({ store }: { readonly store: Store }): LocationRecords {
  const address = (connectionId: string) => ({ partition: PARTITION, id: "places-" + connectionId });
  const beside = (connectionId: string, version: number) => ({
    partition: PARTITION,
    id: `places-${connectionId}~v${String(version)}`,
  });
  const read = ({ partition, id }: ReturnType<typeof address>) =>
    store.read(keptLocations.container, partition, id);
  const write = async (row: ReturnType<typeof address>, now: z.input<typeof members>) =>
    (await changeOrBeginAnew(store, keptLocations, row, () => now)) ??
    createOrRead(store, keptLocations.container, { ...row, body: newBody(keptLocations, now) });
  return {
    async of(connectionId) {
      // Another release may have kept its own beside this one's, or in its place, before or after this one.
      const { reads } = keptLocations.version;
      const others = reads.map((version) => beside(connectionId, version));
      const [own, ...theirs] = await Promise.all([address(connectionId), ...others].map(read));
      const readable = [own, ...theirs]
        .flatMap((stored) => (stored && membersIfReadable(keptLocations, stored)) ?? [])
        .toSorted((one, other) => Date.parse(other.readAt) - Date.parse(one.readAt));
      const newest = readable[0] ?? (own && membersOf(keptLocations, own));
      if (newest === undefined) return undefined;
      const { readAt, changes, ...rest } = newest;
      return {
        ...rest,
        ...(changes && { changes: changes.map((change) => ({ ...change, at: new Date(change.at) })) }),
        readAt: new Date(readAt),
      };
    },
    async keep(connectionId, { below, roots, known, changes, chart, lacking, isCut, readAt }) {
      const now = {
        below: [...below],
        ...(roots !== undefined && { roots: [...roots] }),
        ...(known !== undefined && { known: [...known] }),
        ...(changes !== undefined && {
          changes: changes.map((change) => ({ ...change, at: change.at.toISOString() })),
        }),
        ...(chart !== undefined && { chart }),
        ...(lacking !== undefined && { lacking }),
        isCut,
        readAt: readAt.toISOString(),
      };
      const kept = await write(address(connectionId), now);
      if (isOfAnotherRelease(keptLocations, kept.body))
        await write(beside(connectionId, keptLocations.version.writes), now);
    },
  };
}
