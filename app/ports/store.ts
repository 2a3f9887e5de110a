/**
 * Where the connector keeps its data: documents in partitions. It is Cosmos DB in Azure and SQLite on a laptop; both pass
 * one contract suite. Deletes do not appear in `changes`, as in the latest-version change feed of Cosmos.
 */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };
export type Body = Readonly<Record<string, Json | undefined>>;

export interface Item {
  /** Every read, write and list is inside one partition. */
  readonly partition: string;
  readonly id: string;
  readonly body: Body;
  /** Position in `list`, compared as text; items without one are not listed. */
  readonly sort?: string;
  /** From this time on the item is never returned, whether or not the database has removed it. */
  readonly expiresAt?: Date;
}

export interface Stored extends Item {
  /** An opaque value that changes with every write. */
  readonly etag: string;
}

export type Write =
  | { readonly kind: "create"; readonly item: Item }
  | { readonly kind: "replace"; readonly item: Item; readonly etag: string }
  | { readonly kind: "remove"; readonly id: string; readonly etag: string };

export interface ListQuery {
  /** Inclusive lower and exclusive upper bound of `sort`. */
  readonly from?: string;
  readonly before?: string;
  readonly order?: "ascending" | "descending";
  readonly limit: number;
  /** `next` of the previous slice; an opaque value that is valid for the same query only. */
  readonly continuation?: string;
}

export interface ListedSlice {
  readonly items: readonly Stored[];
  /** Absent in the last slice. */
  readonly next?: string;
}

export interface Changes {
  readonly items: readonly Stored[];
  /** Where to continue, now or later. It is always present. */
  readonly next: string;
}

export interface Store {
  /** Where the store is, as the person who operates it knows it: the file, or the account and database. */
  readonly location: string;
  /** The Azure regions in which its copies lie, as {@link ready} last learned; empty on a laptop, and before. */
  regions(): readonly string[];
  read(container: ContainerName, partition: string, id: string): Promise<Stored | undefined>;
  /** Throws {@link StoreConflict} when a living item has that partition and id. */
  create(container: ContainerName, item: Item): Promise<Stored>;
  /** Throws {@link StoreConflict} when the item changed since `etag` was read, or is gone. */
  replace(container: ContainerName, item: Item, etag: string): Promise<Stored>;
  /** Throws {@link StoreConflict} as `replace` does. */
  remove(container: ContainerName, partition: string, id: string, etag: string): Promise<void>;
  /**
   * Does all of up to 100 writes in one partition, or none and throws {@link StoreConflict}, or {@link BatchTooLarge} before
   * anything is sent.
   */
  batch(container: ContainerName, partition: string, writes: readonly Write[]): Promise<void>;
  /**
   * Living items that have a `sort`, by `sort` and then by id. Slices read one after another give each item once, as long as
   * nothing changes.
   */
  list(container: ContainerName, partition: string, query: ListQuery): Promise<ListedSlice>;
  /** Items created or replaced since `since` (from the beginning without it), oldest change first within a partition. */
  changes(container: ContainerName, limit: number, since?: string): Promise<Changes>;
  /** Resolves when the store answers; rejects with the reason when it does not. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** The write lost a race, or the item exists (or is gone) already. Nothing was changed. */
export class StoreConflict extends Error {
  override readonly name = "StoreConflict";
}

/**
 * The store failed: it is full, damaged, not answering, or locked by another program. It is not known whether a write was
 * done. The message says where the store is and what to do, and is for administrators.
 */
export class StoreFault extends Error {
  override readonly name: string = "StoreFault";
}

/** Names of the containers. They are defined in records/containers.ts, from which infra makes them. */
export type ContainerName =
  | "keys"
  | "signIns"
  | "sessions"
  | "staffAccounts"
  | "visits"
  | "signInAddresses"
  | "jobs"
  | "ticks"
  | "settings"
  | "portalSessions"
  | "messages"
  | "usage";

/**
 * Characters that some store cannot hold in ids. The strictest database's rules apply to all, so that a laptop refuses what
 * Azure would refuse.
 */
const UNSTORABLE = /[/\\?#\p{Cc}]/u;

/**
 * @throws RangeError when a partition, id or sort could not be stored: they must be short, and ids are part of an address
 */
export function refuseUnstorable(address: Pick<Item, "partition" | "id" | "sort">): void {
  for (const name of [address.partition, address.id])
    if (name === "" || name.length > 255 || UNSTORABLE.test(name))
      throw new RangeError(
        "A partition or id has 1 to 255 characters and none of / \\ ? # or control characters",
      );
  if (address.sort !== undefined && (address.sort.length > 255 || /\p{Cc}/u.test(address.sort)))
    throw new RangeError("A sort has at most 255 characters and no control characters");
}

/** What is to be written together is more than one transaction holds. Nothing was written. */
export class BatchTooLarge extends RangeError {
  override readonly name = "BatchTooLarge";
}

/**
 * Cosmos takes 100 operations and 2 MB in a transaction
 * (https://learn.microsoft.com/azure/cosmos-db/concepts-limits#per-request-limits). Some room is left for what the request
 * has besides the items.
 */
const MOST_WRITES = 100;
const MOST_BYTES = 1_900_000;
const BYTES_BESIDES = 500;

/** @throws BatchTooLarge; RangeError when its items are not all in its partition */
export function refuseUnfitBatch(partition: string, writes: readonly Write[]): void {
  if (writes.length > MOST_WRITES) throw new BatchTooLarge("A batch holds at most 100 writes");
  const bytes = writes.map((write) =>
    write.kind === "remove" ? 0 : Buffer.byteLength(JSON.stringify(write.item.body)),
  );
  if (bytes.reduce((sum, one) => sum + one + BYTES_BESIDES, 0) > MOST_BYTES)
    throw new BatchTooLarge("The items of a batch have at most 1.9 MB together");
  for (const write of writes) {
    const address = write.kind === "remove" ? { partition, id: write.id } : write.item;
    if (address.partition !== partition) throw new RangeError("A batch writes to one partition only");
    refuseUnstorable(address);
  }
}
