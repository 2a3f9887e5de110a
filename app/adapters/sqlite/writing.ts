/**
 * Writing, within a transaction that has been begun (writesTogether.ts). From time to time a write also deletes expired
 * items.
 */
import type { DatabaseSync } from "node:sqlite";
import { StoreConflict, type ContainerName, type Item, type Stored, type Write } from "../../ports/store.ts";
import { AT_MOST, values } from "./rows.ts";

const ROWS_BETWEEN_SWEEPS = 100;
/**
 * More rows than can expire between two sweeps, so that the file does not grow; few enough not to slow a write noticeably.
 */
const ROWS_A_SWEEP = 4 * ROWS_BETWEEN_SWEEPS;

export interface WriterOptions {
  readonly now: () => Date;
  /** A time that has certainly passed: items that expired before it may be deleted. */
  readonly past: () => number | undefined;
}

/**
 * Does all of the writes in one partition, or none and throws {@link StoreConflict}. Returns what was created and replaced,
 * in order.
 */
export type WriteAll = (container: ContainerName, partition: string, writes: readonly Write[]) => Stored[];

export function writer(database: DatabaseSync, { now, past }: WriterOptions): WriteAll {
  const beginTry = database.prepare("savepoint try");
  const keep = database.prepare("release try");
  const undo = database.prepare("rollback to try");
  const insert = database.prepare(
    "insert into items (container, partition, id, sort, expires_at, body) values (?, ?, ?, ?, ?, ?) on conflict do nothing",
  );
  const expire = database.prepare(
    "delete from items where container = ? and partition = ? and id = ? and expires_at <= ?",
  );
  const take = database.prepare(
    `delete from items where container = ? and partition = ? and id = ? and seq = cast(? as integer)
       and (expires_at is null or expires_at > ?)`,
  );
  const sweep = database.prepare(
    `delete from items where seq in (select seq from items where expires_at <= ? order by expires_at ${AT_MOST})`,
  );
  let rowsUntilSweep = 0;

  const put = (container: ContainerName, item: Item): Stored => {
    const { changes, lastInsertRowid } = insert.run(...values(container, item));
    if (changes === 0) throw new StoreConflict(`${container}: the item is there already`);
    return { ...item, etag: String(lastInsertRowid) };
  };
  const takeAway = (container: ContainerName, partition: string, id: string, etag: string, at: number) => {
    if (take.run(container, partition, id, etag, at).changes === 0)
      throw new StoreConflict(`${container}: the item has changed since it was read, or is gone`);
  };
  const apply = (container: ContainerName, partition: string, write: Write, at: number): Stored[] => {
    if (write.kind === "create") {
      expire.run(container, partition, write.item.id, at);
      return [put(container, write.item)];
    }
    takeAway(container, partition, write.kind === "remove" ? write.id : write.item.id, write.etag, at);
    return write.kind === "remove" ? [] : [put(container, write.item)];
  };

  /** Applies several writes. If one is refused, those made before it are undone. */
  const applyAll = (container: ContainerName, partition: string, writes: readonly Write[], at: number) => {
    beginTry.run();
    try {
      return writes.flatMap((write) => apply(container, partition, write, at));
    } catch (cause) {
      // When the disk is full, SQLite has ended the transaction by itself.
      if (database.isTransaction) undo.run();
      throw cause;
    } finally {
      if (database.isTransaction) keep.run();
    }
  };

  return (container, partition, writes) => {
    const at = now().getTime();
    const gone = past();
    const written = applyAll(container, partition, writes, at);
    rowsUntilSweep -= writes.length;
    if (rowsUntilSweep <= 0 && gone !== undefined) {
      sweep.run(gone, ROWS_A_SWEEP);
      rowsUntilSweep = ROWS_BETWEEN_SWEEPS;
    }
    return written;
  };
}
