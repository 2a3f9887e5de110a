/**
 * Where the connector keeps the little it keeps: documents in partitions. Cosmos in Azure, SQLite on a laptop; both pass
 * one contract suite. Deletes leave no trace in `changes`, as in Cosmos' latest-version change feed.
 */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };
export type Body = { readonly [key: string]: Json | undefined };

export interface Item {
  /** Every read, write and list is inside one partition. */
  readonly partition: string;
  readonly id: string;
  readonly body: Body;
  /** Position in `list`, compared as text; items without one are not listed. */
  readonly sort?: string;
  /** From this moment on the item is never returned, whatever the engine's own sweep does. */
  readonly expiresAt?: Date;
}

export interface Stored extends Item {
  /** Opaque; changes with every write. */
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
  /** `next` of the page before; opaque and good for the same query only. */
  readonly continuation?: string;
}

export interface Page {
  readonly items: readonly Stored[];
  /** Absent on the last page. */
  readonly next?: string;
}

export interface Changes {
  readonly items: readonly Stored[];
  /** Always present: where to go on, now or later. */
  readonly next: string;
}

export interface Store {
  read(container: ContainerName, partition: string, id: string): Promise<Stored | undefined>;
  /** Throws {@link StoreConflict} when a living item has that partition and id. */
  create(container: ContainerName, item: Item): Promise<Stored>;
  /** Throws {@link StoreConflict} when the item changed since `etag` was read, or is gone. */
  replace(container: ContainerName, item: Item, etag: string): Promise<Stored>;
  /** Throws {@link StoreConflict} as `replace` does. */
  remove(container: ContainerName, partition: string, id: string, etag: string): Promise<void>;
  /** All of up to 100 writes in one partition, or none and {@link StoreConflict}. */
  batch(container: ContainerName, partition: string, writes: readonly Write[]): Promise<void>;
  /** Living items that have a `sort`, by `sort` and then id; a page after another gives each once while nothing changes. */
  list(container: ContainerName, partition: string, query: ListQuery): Promise<Page>;
  /** Items created or replaced since `since` (from the beginning without it), oldest change first within a partition. */
  changes(container: ContainerName, limit: number, since?: string): Promise<Changes>;
  /** Resolves when the store answers; rejects with the reason when it does not. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** The write lost a race, or the item is there (or gone) already. Nothing was changed. */
export class StoreConflict extends Error {
  override readonly name = "StoreConflict";
}

/** Containers are defined once, in adapters/cosmos/containers.ts, which infra creates them from. */
export type ContainerName = "keys" | "launches" | "sessions" | "staffLinks" | "visits" | "connections";
