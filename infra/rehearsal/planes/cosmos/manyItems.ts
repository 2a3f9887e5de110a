/** Requests about several items: batches, queries and the change feed. */
import type { IncomingHttpHeaders } from "node:http";
import { isSet, type Answer, type Asked, type ContainerAccess } from "./asked.ts";
import { RANGES, type Kept, type Operation } from "./container.ts";
import { Refused, Unspoken } from "./refused.ts";
import { planned } from "./sql.ts";

const SPOKEN = ["Create", "Replace", "Delete"];

export function operationsIn({ headers, body }: Asked): readonly Operation[] {
  if (!isSet(headers, "x-ms-cosmos-batch-atomic")) throw new Unspoken(400, "a batch that is not atomic");
  if (!Array.isArray(body) || body.length === 0 || body.length > 100)
    throw new Refused(400, "Batch request has more operations than what is supported.");
  const operations = body as Operation[];
  for (const { operationType } of operations)
    if (!SPOKEN.includes(operationType)) throw new Unspoken(400, `${operationType} in a batch`);
  return operations;
}

export function batch(
  operations: readonly Operation[],
  partition: string,
  { container }: ContainerAccess,
): Answer {
  const outcomes = container.transact(partition, operations);
  const status = outcomes.some(({ statusCode }) => statusCode >= 400) ? 207 : 200;
  return { status, body: outcomes.map((outcome) => ({ ...outcome, requestCharge: 1 })) };
}

export function queried({ headers, body }: Asked, partition: () => string, access: ContainerAccess): Answer {
  const { container } = access;
  const asked = Number(headers["x-ms-max-item-count"] ?? -1);
  const pageSize = asked > 0 ? Math.min(asked, access.pageSize) : access.pageSize;
  if (headers["content-type"] !== "application/query+json") throw new Unspoken(400, "a query as plain JSON");
  const items = container.inPartition(partition()).map(({ item }) => item);
  const found = planned(body).select(items);
  const start = Number(headers["x-ms-continuation"] ?? 0);
  const documents = found.slice(start, start + pageSize);
  const more = start + pageSize < found.length;
  return {
    status: 200,
    headers: more ? { "x-ms-continuation": String(start + pageSize) } : {},
    body: { _rid: container.rid, Documents: documents, _count: documents.length },
  };
}

/** The query plan. The SDK requests it with each query, and uses it only when the query itself was refused. */
export function queryPlan(body: unknown): Answer {
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

/**
 * The change feed in latest-version mode: each item appears once, where it was last written. A transaction is never divided
 * between pages, even if a page becomes larger than its size.
 */
export function changeFeed(headers: IncomingHttpHeaders, { container }: ContainerAccess): Answer {
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
