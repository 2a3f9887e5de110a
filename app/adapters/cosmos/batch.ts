/** Several writes in one partition as a transactional batch of Cosmos: either all are done, or none. */
import type { JSONObject, OperationInput } from "@azure/cosmos";
import { StoreConflict, type Write } from "../../ports/store.ts";
import { CosmosFault, type CosmosContainer } from "./account.ts";
import { documentOf, isLiving, type CosmosDocument } from "./documents.ts";
import { changed, find, livingVersion, RETRY_WITH, TRIES, unlessStatus } from "./writing.ts";

export async function writeAll(
  container: CosmosContainer,
  partition: string,
  writes: readonly Write[],
  now: Date,
): Promise<void> {
  if (writes.length === 0) return;
  let expired = new Map<string, string>();
  for (let tries = 0; tries < TRIES; tries++) {
    const operations = writes.map((write) => operation(container, write, expired, now));
    const refused = await send(container, partition, operations);
    if (refused === undefined) return;
    const write = writes[refused];
    if (write?.kind !== "create") throw changed(container);
    expired = await expiredUnder(container, partition, writes, write.item.id, now);
  }
  throw new StoreConflict(`${container.name}: an item of the batch is being written by somebody else`);
}

/** Sends the batch, and answers which operation was refused because of the item that it met, if one was. */
async function send(
  container: CosmosContainer,
  partition: string,
  operations: OperationInput[],
): Promise<number | undefined> {
  const what = "write a batch";
  const { result = [] } =
    (await unlessStatus([RETRY_WITH], () =>
      container.ask(what, ({ items }, abortSignal) => items.batch(operations, partition, { abortSignal })),
    )) ?? lost(container);
  // Status 424 marks a write that failed only because another one of the batch did.
  const refused = result.findIndex(({ statusCode }) => statusCode >= 400 && statusCode !== 424);
  const status = result[refused]?.statusCode;
  if (status === undefined) return undefined;
  if (status === RETRY_WITH) lost(container);
  if (![404, 409, 412].includes(status))
    throw new CosmosFault(`${what} in ${container.name}`, { code: status });
  return refused;
}

function lost(container: CosmosContainer): never {
  throw new StoreConflict(`${container.name}: the batch met another write`);
}

function operation(
  container: CosmosContainer,
  write: Write,
  expired: ReadonlyMap<string, string>,
  now: Date,
): OperationInput {
  if (write.kind === "remove") {
    // The SDK sends `ifMatch` as given, but its type does not declare that a delete may be conditional.
    const conditional = { id: write.id, ifMatch: livingVersion(container, write.etag, now) };
    return { operationType: "Delete", ...conditional };
  }
  const { id } = write.item;
  const resourceBody = json(documentOf(write.item, now));
  const inTheWay = expired.get(id);
  if (write.kind === "replace")
    return { operationType: "Replace", id, resourceBody, ifMatch: livingVersion(container, write.etag, now) };
  return inTheWay === undefined
    ? { operationType: "Create", resourceBody }
    : { operationType: "Replace", id, resourceBody, ifMatch: inTheWay };
}

/**
 * ETags of expired items at the ids that the batch wants to create.
 * @throws StoreConflict when `refusedId` is a living item
 */
async function expiredUnder(
  container: CosmosContainer,
  partition: string,
  writes: readonly Write[],
  refusedId: string,
  now: Date,
): Promise<Map<string, string>> {
  const ids = writes.flatMap((write) => (write.kind === "create" ? [write.item.id] : []));
  const found = await Promise.all(ids.map((id) => find(container, partition, id)));
  const there = found.filter((document) => document !== undefined);
  if (there.some((document) => document.id === refusedId && isLiving(document, now)))
    throw new StoreConflict(`${container.name}: the item is there already`);
  return new Map(there.filter((document) => !isLiving(document, now)).map(({ id, _etag }) => [id, _etag]));
}

const json = (document: CosmosDocument) => document as unknown as JSONObject;
