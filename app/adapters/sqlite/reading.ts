/** Reading. An expired item is treated as absent, whether or not the sweep has removed it. */
import type { DatabaseSync } from "node:sqlite";
import {
  refuseUnstorable,
  type Changes,
  type ContainerName,
  type ListQuery,
  type ListedSlice,
  type Stored,
} from "../../ports/store.ts";
import { AT_MOST, select, stored } from "./rows.ts";

const LIVING = "(expires_at is null or expires_at > ?)";
const LISTED = `where container = ? and partition = ? and sort is not null and ${LIVING}`;
/** A value above every text, because SQLite orders blobs after texts. */
const TOP = new Uint8Array();

export interface Reader {
  read(container: ContainerName, partition: string, id: string): Stored | undefined;
  list(container: ContainerName, partition: string, query: ListQuery): ListedSlice;
  changes(container: ContainerName, limit: number, since?: string): Changes;
}

export function reader(database: DatabaseSync, now: () => Date): Reader {
  const one = select(database, `where container = ? and partition = ? and id = ? and ${LIVING}`);
  const upward = select(
    database,
    `${LISTED} and (sort, id) > (?, ?) and sort < ? order by sort, id ${AT_MOST}`,
  );
  const downward = select(
    database,
    `${LISTED} and (sort, id) < (?, ?) and sort >= ? order by sort desc, id desc ${AT_MOST}`,
  );
  const changed = select(database, `where container = ? and seq > ? and ${LIVING} order by seq ${AT_MOST}`);

  return {
    read(container, partition, id) {
      refuseUnstorable({ partition, id });
      const row = one.get(container, partition, id, now().getTime());
      return row && stored(row);
    },

    list(container, partition, { from = "", before = TOP, order, limit, continuation }) {
      const ascending = order !== "descending";
      const after = continuation === undefined ? undefined : cursorOf(continuation);
      const scope = [container, partition, now().getTime()] as const;
      // No id is empty, so (from, "") is before the first item of `from`, and (before, "") is after the last one below
      // `before`.
      const rows = ascending
        ? upward.all(...scope, ...(after ?? [from, ""]), before, limit + 1)
        : downward.all(...scope, ...(after ?? [before, ""]), from, limit + 1);
      const items = rows.slice(0, limit).map(stored);
      const last = items.at(-1);
      return rows.length > limit && last?.sort !== undefined
        ? { items, next: continuationOf([last.sort, last.id]) }
        : { items };
    },

    changes(container, limit, since = "0") {
      if (!/^\d{1,15}$/.test(since)) throw new RangeError("This continuation was not given by this store");
      const items = changed.all(container, Number(since), now().getTime(), limit).map(stored);
      return { items, next: items.at(-1)?.etag ?? since };
    },
  };
}

type Cursor = readonly [sort: string, id: string];

const continuationOf = (cursorOf: Cursor) => Buffer.from(JSON.stringify(cursorOf)).toString("base64url");

function cursorOf(continuation: string): Cursor {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(continuation, "base64url").toString());
    if (Array.isArray(parsed) && typeof parsed[0] === "string" && typeof parsed[1] === "string")
      return [parsed[0], parsed[1]];
  } catch (cause) {
    throw new RangeError("This continuation was not given by this store", { cause });
  }
  throw new RangeError("This continuation was not given by this store");
}
