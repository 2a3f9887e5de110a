/**
 * Writing. Cosmos may still hold an item that has expired, because its `ttl` is coarser than our time and clocks differ. So
 * a create that meets an item checks whether it is living, and replaces it if it is not.
 */
import type { ItemDefinition } from "@azure/cosmos";
import { StoreConflict, type Item, type Stored } from "../../ports/store.ts";
import { CosmosFault, type CosmosContainer } from "./account.ts";
import { documentOf, etagOf, isLiving, versionOf, type CosmosDocument } from "./documents.ts";

/**
 * Status "Retry with": the service ran this write concurrently with another one and did neither. It is treated like any
 * other lost race.
 */
export const RETRY_WITH = 449;

/**
 * How often a create is tried. A further try succeeds where the item that was met has gone meanwhile; whoever needs more
 * tries has lost to another writer.
 */
export const TRIES = 3;

export async function create(container: CosmosContainer, item: Item, now: Date): Promise<Stored> {
  for (let tries = 0; tries < TRIES; tries++) {
    const created = await unlessStatus([409, RETRY_WITH], () => insert(container, item, now));
    if (created !== undefined) return created;
    const there = await find(container, item.partition, item.id);
    if (there === undefined) continue;
    if (isLiving(there, now)) break;
    return await overwrite(container, item, there._etag, now);
  }
  throw new StoreConflict(`${container.name}: the item is there already`);
}

export async function replace(
  container: CosmosContainer,
  item: Item,
  etag: string,
  now: Date,
): Promise<Stored> {
  return await overwrite(container, item, livingVersion(container, etag, now), now);
}

export async function remove(
  container: CosmosContainer,
  partition: string,
  id: string,
  etag: string,
  now: Date,
): Promise<void> {
  const condition = livingVersion(container, etag, now);
  const removed = await unlessStatus([404, 412, RETRY_WITH], () =>
    container.ask("remove an item", (items, abortSignal) =>
      items.item(id, partition).delete({ abortSignal, accessCondition: { type: "IfMatch", condition } }),
    ),
  );
  if (removed === undefined) throw changed(container);
}

/** The document as Cosmos DB holds it, expired or not. */
export async function find(
  container: CosmosContainer,
  partition: string,
  id: string,
): Promise<(CosmosDocument & { readonly _etag: string }) | undefined> {
  const answer = await container.ask("read an item", (items, abortSignal) =>
    items.item(id, partition).read<CosmosDocument & ItemDefinition>({ abortSignal }),
  );
  return answer.resource;
}

/** Cosmos DB's own ETag of a version that has not expired. @throws StoreConflict */
export function livingVersion(container: CosmosContainer, etag: string, now: Date): string {
  const { own, expiresAt } = versionOf(etag);
  if (expiresAt !== undefined && expiresAt <= now.getTime()) throw changed(container);
  return own;
}

export const changed = (container: CosmosContainer) =>
  new StoreConflict(`${container.name}: the item has changed since it was read, or is gone`);

async function insert(container: CosmosContainer, item: Item, now: Date): Promise<Stored> {
  const document = documentOf(item, now);
  const { etag } = await container.ask("create an item", ({ items }, abortSignal) =>
    items.create(document, { abortSignal }),
  );
  return { ...item, etag: etagOf(etag, document.expiresAt) };
}

async function overwrite(
  container: CosmosContainer,
  item: Item,
  engineEtag: string,
  now: Date,
): Promise<Stored> {
  const document = documentOf(item, now);
  const written = await unlessStatus([404, 412, RETRY_WITH], () =>
    container.ask("replace an item", (items, abortSignal) =>
      items
        .item(item.id, item.partition)
        .replace(document, { abortSignal, accessCondition: { type: "IfMatch", condition: engineEtag } }),
    ),
  );
  if (written === undefined) throw changed(container);
  return { ...item, etag: etagOf(written.etag, document.expiresAt) };
}

/** The call's answer; undefined where the service answered with one of the statuses. */
export async function unlessStatus<T>(
  statuses: readonly number[],
  call: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof CosmosFault && cause.status !== undefined && statuses.includes(cause.status))
      return undefined;
    throw cause;
  }
}
