/** What the service answers, route by route. Strict: what it was not built for is {@link Unspoken}, and says so loudly. */
import type { IncomingHttpHeaders } from "node:http";
import { RANGES, type CosmosContainer, type Kept, type Operation } from "./container.ts";
import { Refused, Unspoken } from "./refused.ts";
import { planned } from "./sql.ts";

export interface Asked {
  readonly method: string;
  readonly path: readonly string[];
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface Database {
  readonly id: string;
  readonly containers: ReadonlyMap<string, CosmosContainer>;
}

/** Smaller than any test's lists, so that the SDK has to page. */
const PAGE = 3;

export function answered(asked: Asked, database: Database): Answer {
  const [dbs, databaseId, colls, containerId, kind, id, ...more] = asked.path;
  if (dbs !== "dbs" || databaseId === undefined || more.length > 0) throw unspoken(asked);
  if (databaseId !== database.id) throw new Refused(404, "Owner resource does not exist", 1003);
  if (colls !== "colls" || containerId === undefined) throw unspoken(asked);
  const container = database.containers.get(containerId);
  if (container === undefined)
    throw new Refused(404, "Owner resource does not exist", kind === undefined ? 0 : 1003);
  if (kind === undefined && asked.method === "GET") return metadata(containerId, container);
  if (kind === "pkranges" && id === undefined && asked.method === "GET") return ranges(container);
  if (kind !== "docs") throw unspoken(asked);
  return id === undefined ? toAll(asked, container) : toOne(asked, container, id);
}

const unspoken = ({ method, path }: Asked) => new Unspoken(404, `${method} /${path.join("/")}`);

function metadata(id: string, { rid }: CosmosContainer): Answer {
  const partitionKey = { paths: ["/partition"], kind: "Hash", version: 2 };
  return { status: 200, body: { id, partitionKey, defaultTtl: -1, _rid: rid } };
}

function ranges({ rid }: CosmosContainer): Answer {
  return { status: 200, body: { _rid: rid, PartitionKeyRanges: RANGES, _count: RANGES.length } };
}

function toOne({ method, headers, body, path }: Asked, container: CosmosContainer, id: string): Answer {
  const partition = partitionIn(headers);
  const ifMatch = headers["if-match"];
  const condition = ifMatch === undefined ? {} : { ifMatch };
  if (method === "GET") {
    const kept = container.read(partition, id);
    if (kept === undefined)
      throw new Refused(404, "Entity with the specified id does not exist in the system.");
    return { status: 200, headers: { etag: String(kept.item["_etag"]) }, body: kept.item };
  }
  if (method === "PUT")
    return written(container, partition, { operationType: "Replace", id, ...condition, resourceBody: body });
  if (method === "DELETE")
    return written(container, partition, { operationType: "Delete", id, ...condition });
  throw unspoken({ method, headers, body, path });
}

function toAll(asked: Asked, container: CosmosContainer): Answer {
  const { method, headers, body } = asked;
  if (method === "GET") return changeFeed(asked, container);
  if (method !== "POST") throw unspoken(asked);
  if (isSet(headers, "x-ms-documentdb-is-upsert")) throw new Unspoken(400, "an upsert");
  if (isSet(headers, "x-ms-cosmos-is-query-plan-request")) return queryPlan(body);
  if (isSet(headers, "x-ms-documentdb-isquery")) return queried(asked, container);
  const partition = partitionIn(headers);
  if (isSet(headers, "x-ms-cosmos-is-batch-request")) return batch(asked, container, partition);
  return written(container, partition, { operationType: "Create", resourceBody: body });
}

function written(container: CosmosContainer, partition: string, operation: Operation): Answer {
  const { statusCode, eTag, resourceBody } = container.write(partition, operation);
  return { status: statusCode, headers: eTag === undefined ? {} : { etag: eTag }, body: resourceBody };
}

function batch({ headers, body }: Asked, container: CosmosContainer, partition: string): Answer {
  if (!isSet(headers, "x-ms-cosmos-batch-atomic")) throw new Unspoken(400, "a batch that is not atomic");
  if (!Array.isArray(body) || body.length === 0 || body.length > 100)
    throw new Refused(400, "Batch request has more operations than what is supported.");
  const operations = body as Operation[];
  for (const { operationType } of operations)
    if (!["Create", "Replace", "Delete"].includes(operationType))
      throw new Unspoken(400, `${operationType} in a batch`);
  const outcomes = container.transact(partition, operations);
  const status = outcomes.some(({ statusCode }) => statusCode >= 400) ? 207 : 200;
  return { status, body: outcomes.map((outcome) => ({ ...outcome, requestCharge: 1 })) };
}

function queried({ headers, body }: Asked, container: CosmosContainer): Answer {
  if (headers["content-type"] !== "application/query+json") throw new Unspoken(400, "a query as plain JSON");
  const items = container.inPartition(partitionIn(headers)).map(({ item }) => item);
  const found = planned(body).select(items);
  const start = Number(headers["x-ms-continuation"] ?? 0);
  const documents = found.slice(start, start + PAGE);
  const more = start + PAGE < found.length;
  return {
    status: 200,
    headers: more ? { "x-ms-continuation": String(start + PAGE) } : {},
    body: { _rid: container.rid, Documents: documents, _count: documents.length },
  };
}

/** The SDK asks for it with each query, and goes by it only when the query itself was refused. */
function queryPlan(body: unknown): Answer {
  const { top, orderBy, property } = planned(body);
  const queryInfo = {
    distinctType: "None",
    top,
    orderBy: [orderBy],
    orderByExpressions: [`c.${property}`],
    groupByExpressions: [],
    aggregates: [],
    hasSelectValue: false,
    rewrittenQuery: "",
  };
  const queryRanges = [{ min: "", max: "FF", isMinInclusive: true, isMaxInclusive: false }];
  return { status: 200, body: { partitionedQueryExecutionInfoVersion: 2, queryInfo, queryRanges } };
}

/** Latest version: each item where it was last written. A transaction is never cut in two, even past the page size. */
function changeFeed({ headers }: Asked, container: CosmosContainer): Answer {
  const range = headers["x-ms-documentdb-partitionkeyrangeid"];
  if (headers["a-im"] !== "Incremental Feed")
    throw new Unspoken(400, "a feed that is not A-IM: Incremental Feed");
  if (typeof range !== "string" || !RANGES.some(({ id }) => id === range))
    throw new Unspoken(400, "a change feed of no range");
  const since = /^"(\d+)"$/.exec(headers["if-none-match"] ?? '"0"')?.[1];
  if (since === undefined) throw new Unspoken(400, `If-None-Match: ${String(headers["if-none-match"])}`);
  const size = Number(headers["x-ms-max-item-count"] ?? 100);
  const changed = container.changedIn(range, Number(since));
  const end = changed[size - 1]?.lsn ?? Infinity;
  const page = changed.filter(({ lsn }) => lsn <= end);
  const etag = `"${String(page.at(-1)?.lsn ?? since)}"`;
  if (page.length === 0) return { status: 304, headers: { etag } };
  const documents = page.map(({ item, lsn }: Kept) => ({ ...item, _lsn: lsn }));
  return {
    status: 200,
    headers: { etag },
    body: { _rid: container.rid, Documents: documents, _count: page.length },
  };
}

const isSet = (headers: IncomingHttpHeaders, name: string) => String(headers[name]).toLowerCase() === "true";

function partitionIn(headers: IncomingHttpHeaders): string {
  const header = headers["x-ms-documentdb-partitionkey"];
  if (typeof header !== "string") throw new Unspoken(400, "an item without x-ms-documentdb-partitionkey");
  const parsed: unknown = JSON.parse(header);
  if (Array.isArray(parsed) && parsed.length === 1 && typeof parsed[0] === "string") return parsed[0];
  throw new Unspoken(400, `the partition key ${header}`);
}
