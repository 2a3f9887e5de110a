import type { Body, ContainerName, Item, Stored } from "../../ports/store.ts";
import { DamagedRow } from "./faults.ts";

export type Row = Readonly<Record<string, string | number | bigint | Uint8Array | null>>;

/** The item of a row that this adapter wrote. @throws DamagedRow */
export function stored(row: Row): Stored {
  const { sort, expires_at: expiresAt } = row;
  return {
    partition: String(row["partition"]),
    id: String(row["id"]),
    body: bodyOf(row),
    etag: String(row["seq"]),
    ...(sort === null || sort === undefined ? {} : { sort: String(sort) }),
    ...(expiresAt === null || expiresAt === undefined ? {} : { expiresAt: new Date(Number(expiresAt)) }),
  };
}

function bodyOf({ body, seq }: Row): Body {
  const parsed = parse(String(body));
  if (typeof parsed === "object" && parsed !== null) return parsed as Body;
  throw new DamagedRow(Number(seq));
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
