/**
 * What the service answers, for each route. It is strict: a request that is not implemented is refused as {@link Unspoken}.
 */
import type { IncomingHttpHeaders } from "node:http";
import { isSet } from "./asked.ts";
import type { Answer, Asked, CosmosAccount, CosmosDatabase, ContainerAccess } from "./asked.ts";
import { RANGES, type CosmosContainer, type Operation } from "./container.ts";
import type { DataAction } from "./dataActions.ts";
import { batch, changeFeed, operationsIn, queried, queryPlan } from "./manyItems.ts";
import { Refused, Unspoken } from "./refused.ts";

/** Gives access to the container if the caller may do all of these actions there. */
type Enter = (...actions: readonly DataAction[]) => ContainerAccess;

export function answered(asked: Asked, account: CosmosAccount): Answer {
  let entered: CosmosContainer | undefined;
  const answer = routed(asked, account, (container) => void (entered = container));
  const headers = {
    ...(asked.method !== "GET" && { "x-ms-request-charge": WRITING_COSTS }),
    // The session token of the container's one partition; a caller that sends it back reads a state at least as new.
    ...(entered !== undefined && { "x-ms-session-token": `0:-1#${String(entered.lsn)}` }),
  };
  return { ...answer, headers: { ...headers, ...answer.headers } };
}

/** The request charge of a write; it has a fraction, as most real charges have. */
const WRITING_COSTS = "4.95";

function routed(asked: Asked, account: CosmosAccount, hear: (entered: CosmosContainer) => void): Answer {
  const { method, path } = asked;
  const [dbs, databaseId, colls, containerId, kind, id, ...more] = path;
  if (path.length === 0 && method === "GET") {
    account.permit("readMetadata", "/");
    return { status: 200, body: account.description };
  }
  if (isManagement(asked)) throw notForTokens(asked);
  if (dbs !== "dbs" || databaseId === undefined || more.length > 0) throw unspoken(asked);
  if (path.length === 2) {
    account.permit("readMetadata", path.join("/"));
    return database(databaseId, account.database(databaseId));
  }
  if (colls !== "colls" || containerId === undefined) throw unspoken(asked);
  const enter: Enter = (...actions) => {
    for (const action of actions) account.permit(action, path.slice(0, 4).join("/"));
    const { pageSize } = account;
    const container = thereIn(account.database(databaseId), containerId, kind);
    hear(container);
    return { container, pageSize };
  };
  if (kind === "docs") return id === undefined ? toAll(asked, enter) : toOne(asked, id, enter);
  if (method !== "GET" || id !== undefined) throw unspoken(asked);
  if (kind === undefined) return metadata(containerId, enter("readMetadata"));
  if (kind === "pkranges") return ranges(enter("readMetadata"));
  throw unspoken(asked);
}

const unspoken = ({ method, path }: Asked) => new Unspoken(404, `${method} /${path.join("/")}`);

/**
 * Whether the request would change databases or containers. That is possible only by Azure Resource Manager, whatever data
 * role the caller has.
 */
const isManagement = ({ method, path }: Asked): boolean =>
  method !== "GET" && ["dbs", "offers"].includes(path[0] ?? "") && path.length <= 4;

const notForTokens = ({ method, path }: Asked) =>
  new Refused(
    403,
    `The given request [${method} /${path.join("/")}] cannot be authorized by AAD token in data plane. Learn more: https://aka.ms/cosmos-native-rbac.`,
    5300,
  );

const missing = (substatus: number) => new Refused(404, "Owner resource does not exist", substatus);

function database(id: string, found: CosmosDatabase | undefined): Answer {
  if (found === undefined) throw missing(0);
  return { status: 200, body: { id, _colls: "colls/", _users: "users/" } };
}

function thereIn(found: CosmosDatabase | undefined, id: string, kind: string | undefined): CosmosContainer {
  const container = found?.container(id);
  if (container === undefined) throw missing(found === undefined || kind !== undefined ? 1003 : 0);
  return container;
}

function metadata(id: string, { container: { rid, settings } }: ContainerAccess): Answer {
  const { partitionKey, defaultTtl } = settings;
  return {
    status: 200,
    body: {
      id,
      partitionKey: { paths: [partitionKey], kind: "Hash", version: 2 },
      ...(defaultTtl !== undefined && { defaultTtl }),
      _rid: rid,
    },
  };
}

function ranges({ container: { rid } }: ContainerAccess): Answer {
  return { status: 200, body: { _rid: rid, PartitionKeyRanges: RANGES, _count: RANGES.length } };
}

function toOne(asked: Asked, id: string, enter: Enter): Answer {
  const { method, headers, body } = asked;
  const partition = partitionIn(headers);
  const ifMatch = headers["if-match"];
  const condition = ifMatch === undefined ? {} : { ifMatch };
  if (method === "GET") {
    const kept = enter("read").container.read(partition, id);
    if (kept === undefined)
      throw new Refused(404, "Entity with the specified id does not exist in the system.");
    return { status: 200, headers: { etag: String(kept.item["_etag"]) }, body: kept.item };
  }
  if (method === "PUT")
    return written(enter("replace"), partition, {
      operationType: "Replace",
      id,
      ...condition,
      resourceBody: body,
    });
  if (method === "DELETE")
    return written(enter("delete"), partition, { operationType: "Delete", id, ...condition });
  throw unspoken(asked);
}

function toAll(asked: Asked, enter: Enter): Answer {
  const { method, headers, body } = asked;
  if (method === "GET") return changeFeed(headers, enter("changeFeed"));
  if (method !== "POST") throw unspoken(asked);
  if (isSet(headers, "x-ms-cosmos-is-query-plan-request")) {
    enter("query");
    return queryPlan(body);
  }
  if (isSet(headers, "x-ms-documentdb-isquery"))
    return queried(asked, () => partitionIn(headers), enter("query"));
  const partition = partitionIn(headers);
  if (isSet(headers, "x-ms-cosmos-is-batch-request")) {
    const operations = operationsIn(asked);
    const access = enter(...new Set(operations.map(({ operationType }) => ACTIONS[operationType])));
    return batch(operations, partition, access);
  }
  if (isSet(headers, "x-ms-documentdb-is-upsert")) throw new Unspoken(400, "an upsert");
  return written(enter("create"), partition, { operationType: "Create", resourceBody: body });
}

const ACTIONS: Readonly<Record<Operation["operationType"], DataAction>> = {
  Create: "create",
  Replace: "replace",
  Delete: "delete",
};

function written({ container }: ContainerAccess, partition: string, operation: Operation): Answer {
  const { statusCode, eTag, resourceBody } = container.write(partition, operation);
  return { status: statusCode, headers: eTag === undefined ? {} : { etag: eTag }, body: resourceBody };
}

function partitionIn(headers: IncomingHttpHeaders): string {
  const header = headers["x-ms-documentdb-partitionkey"];
  if (typeof header !== "string") throw new Unspoken(400, "an item without x-ms-documentdb-partitionkey");
  const parsed: unknown = JSON.parse(header);
  if (Array.isArray(parsed) && parsed.length === 1 && typeof parsed[0] === "string") return parsed[0];
  throw new Unspoken(400, `the partition key ${header}`);
}
