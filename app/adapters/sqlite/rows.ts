/** Rows of the table `items` as they are read and written. */
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { Body, ContainerName, Item, Stored } from "../../ports/store.ts";
import { DamagedRow } from "./faults.ts";

/** A row as it is read. The table is strict, so each column has its type. */
export type Row = readonly [
  seq: number,
  partition: string,
  id: string,
  sort: string | null,
  expiresAt: number | null,
  body: string,
];

/**
 * Ends a statement that reads, or takes, so many rows at most. Without the cast SQLite plans the statement anew each time that
 * the number is bound, which takes several times as long as the rows themselves.
 */
export const AT_MOST = "limit cast(? as integer)";

export interface Select {
  get(...values: SQLInputValue[]): Row | undefined;
  all(...values: SQLInputValue[]): Row[];
}

/**
 * Reads rows as arrays: the objects that SQLite gives otherwise take several times as long to make and to read.
 * @param where what follows `from items`
 */
export function select(database: DatabaseSync, where: string): Select {
  const statement = database.prepare("select seq, partition, id, sort, expires_at, body from items " + where);
  statement.setReturnArrays(true);
  return statement as unknown as Select;
}

/** The item of a row that this adapter wrote. @throws DamagedRow */
export function stored([seq, partition, id, sort, expiresAt, body]: Row): Stored {
  return {
    partition,
    id,
    body: bodyOf(body, seq),
    etag: String(seq),
    ...(sort !== null && { sort }),
    ...(expiresAt !== null && { expiresAt: new Date(expiresAt) }),
  };
}

function bodyOf(body: string, seq: number): Body {
  const parsed = parse(body);
  if (typeof parsed === "object" && parsed !== null) return parsed as Body;
  throw new DamagedRow(seq);
}

/** Parses a body. The parser's own error would quote the row, so it is replaced. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The item's values in the order of `insert into items (container, partition, id, sort, expires_at, body)`. */
export function values(container: ContainerName, item: Item): (string | number | null)[] {
  const { partition, id, sort, expiresAt, body } = item;
  return [container, partition, id, sort ?? null, expiresAt?.getTime() ?? null, JSON.stringify(body)];
}
