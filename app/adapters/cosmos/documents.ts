/**
 * How an item is stored in Cosmos: our content is under `body`, so that none of our names collides with a system name (`id`,
 * `ttl`, `_ts`…).
 */
import type { Body, Item, Stored } from "../../ports/store.ts";

export interface CosmosDocument {
  readonly id: string;
  readonly partition: string;
  readonly body: Body;
  /** `sort`, a tab, and the id: this one property orders a partition without ties, so no composite index is needed. */
  readonly position?: string;
  /** Milliseconds since 1970. Readers go by this time; the `ttl` is Cosmos DB's own, which counts whole seconds by its clock. */
  readonly expiresAt?: number;
  readonly ttl?: number;
}

/**
 * Neither sorts nor ids hold control characters, and every other character is above a tab. So the order is that of sort,
 * then id.
 */
const TAB = "\t";

export function documentOf({ id, partition, body, sort, expiresAt }: Item, now: Date): CosmosDocument {
  return {
    id,
    partition,
    body,
    ...(sort === undefined ? {} : { position: sort + TAB + id }),
    ...(expiresAt === undefined ? {} : { expiresAt: expiresAt.getTime(), ttl: ttlBetween(now, expiresAt) }),
  };
}

/** 68 years. https://learn.microsoft.com/azure/cosmos-db/nosql/time-to-live */
const LONGEST_TTL = 2_147_483_647;

/**
 * Rounded up, so that Cosmos DB never removes an item before its time. An appointment may say any year, and Cosmos refuses
 * a longer time than it can count.
 */
const ttlBetween = (from: Date, to: Date): number =>
  Math.min(Math.max(1, Math.ceil((to.getTime() - from.getTime()) / 1000)), LONGEST_TTL);

export function storedOf(document: CosmosDocument & { readonly _etag: string }): Stored {
  const { id, partition, body, position, expiresAt, _etag } = document;
  return {
    id,
    partition,
    body,
    etag: etagOf(_etag, expiresAt),
    ...(position === undefined ? {} : { sort: position.slice(0, position.indexOf(TAB)) }),
    ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) }),
  };
}

export function isLiving({ expiresAt }: Pick<CosmosDocument, "expiresAt">, now: Date): boolean {
  return expiresAt === undefined || expiresAt > now.getTime();
}

/**
 * Our ETag is Cosmos DB's own and the time at which that version expires. So an expired item that Cosmos DB still holds can
 * be told from a living one without reading it again.
 */
export function etagOf(own: string, expiresAt: number | undefined): string {
  return expiresAt === undefined ? own : `${own}@${String(expiresAt)}`;
}

export function versionOf(etag: string): { readonly own: string; readonly expiresAt?: number } {
  const at = etag.lastIndexOf("@");
  return at < 0 ? { own: etag } : { own: etag.slice(0, at), expiresAt: Number(etag.slice(at + 1)) };
}
