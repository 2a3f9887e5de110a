/** Reading. An expired item is treated as absent, whether or not Cosmos DB has removed it. */
import { ChangeFeedStartFrom, StatusCodes, type SqlParameter } from "@azure/cosmos";
import type { Changes, ListQuery, ListedSlice, Stored } from "../../ports/store.ts";
import type { CosmosContainer } from "./account.ts";
import { isLiving, storedOf, type CosmosDocument } from "./documents.ts";
import { find } from "./writing.ts";

type Found = CosmosDocument & { readonly _etag: string };

export async function read(
  container: CosmosContainer,
  partition: string,
  id: string,
  now: Date,
): Promise<Stored | undefined> {
  const document = await find(container, partition, id);
  return document !== undefined && isLiving(document, now) ? storedOf(document) : undefined;
}

/**
 * Our continuation is the last `position`. Unlike the SDK's continuation, it does not grow and does not depend on how
 * Cosmos DB is partitioned.
 */
export async function list(
  container: CosmosContainer,
  partition: string,
  query: ListQuery,
  now: Date,
): Promise<ListedSlice> {
  const { resources } = await container.ask("list items", ({ items }, abortSignal) =>
    items.query<Found>(sql(partition, query, now), { partitionKey: partition, abortSignal }).fetchAll(),
  );
  const items = resources.slice(0, query.limit);
  const last = items.at(-1)?.position;
  return resources.length > query.limit && last !== undefined
    ? { items: items.map(storedOf), next: Buffer.from(last).toString("base64url") }
    : { items: items.map(storedOf) };
}

function sql(partition: string, query: ListQuery, now: Date): { query: string; parameters: SqlParameter[] } {
  const { from, before, order, limit, continuation } = query;
  const [after, direction] = order === "descending" ? ["<", "DESC"] : [">", "ASC"];
  const conditions: [condition: string, name?: string, value?: string | number][] = [
    // The partition key option already scopes the query. The condition is repeated because not every emulator honours the
    // option.
    ["c.partition = @partition", "@partition", partition],
    ["IS_DEFINED(c.position)"],
    ["(NOT IS_DEFINED(c.expiresAt) OR c.expiresAt > @now)", "@now", now.getTime()],
  ];
  if (from !== undefined) conditions.push(["c.position >= @from", "@from", from]);
  if (before !== undefined) conditions.push(["c.position < @before", "@before", before]);
  if (continuation !== undefined)
    conditions.push([
      `c.position ${after} @after`,
      "@after",
      Buffer.from(continuation, "base64url").toString(),
    ]);
  return {
    query: `SELECT TOP @limit * FROM c WHERE ${conditions.map(([condition]) => condition).join(" AND ")} ORDER BY c.position ${direction}`,
    parameters: [
      { name: "@limit", value: limit + 1 },
      ...conditions.flatMap(([, name, value]) =>
        name === undefined || value === undefined ? [] : [{ name, value }],
      ),
    ],
  };
}

/** Cosmos DB's pages without living items are skipped, so an empty answer means that there is nothing new. */
export async function changes(
  container: CosmosContainer,
  limit: number,
  since: string | undefined,
  now: Date,
): Promise<Changes> {
  return await container.ask("read the changes", async ({ items }) => {
    const changeFeedStartFrom =
      since === undefined ? ChangeFeedStartFrom.Beginning() : ChangeFeedStartFrom.Continuation(since);
    const options = { maxItemCount: limit, changeFeedStartFrom };
    const feed = items.getChangeFeedIterator(options);
    for (;;) {
      const page = await feed.readNext();
      const found = page.statusCode === StatusCodes.NotModified ? [] : (page.result as unknown as Found[]);
      const living = found.filter((document) => isLiving(document, now));
      if (living.length > 0 || page.statusCode === StatusCodes.NotModified)
        return { items: living.map(storedOf), next: page.continuationToken };
    }
  });
}
