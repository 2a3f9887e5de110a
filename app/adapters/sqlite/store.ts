/** The store in one file, for a laptop. Several processes may have it open. */
import {
  refuseUnfitBatch,
  refuseUnstorable,
  StoreConflict,
  type ContainerName,
  type Item,
  type Store,
  type Stored,
} from "../../ports/store.ts";
import { openDatabase } from "./database.ts";
import { reader } from "./reading.ts";
import { writer } from "./writing.ts";

export interface SqliteOptions {
  /** Made, with its folder, when it is missing; ":memory:" keeps nothing. */
  readonly file: string;
  readonly now: () => Date;
}

/** @throws with words for the person who named the file, when it cannot be used. */
export function openSqliteStore({ file, now }: SqliteOptions): Store {
  const database = openDatabase(file);
  const reading = reader(database, now);
  const writeAll = writer(database, now);

  const writeOne = (
    container: ContainerName,
    write: { kind: "create" } | { kind: "replace"; etag: string },
    item: Item,
  ) =>
    answer(file, (): Stored => {
      refuseUnstorable(item);
      const [written] = writeAll(container, item.partition, [{ ...write, item }]);
      if (written === undefined) throw new Error("A write answered nothing");
      return written;
    });

  return {
    read: (container, partition, id) => answer(file, () => reading.read(container, partition, id)),
    create: (container, item) => writeOne(container, { kind: "create" }, item),
    replace: (container, item, etag) => writeOne(container, { kind: "replace", etag }, item),
    remove: (container, partition, id, etag) =>
      answer(file, () => {
        refuseUnstorable({ partition, id });
        writeAll(container, partition, [{ kind: "remove", id, etag }]);
      }),
    batch: (container, partition, writes) =>
      answer(file, () => {
        refuseUnfitBatch(partition, writes);
        writeAll(container, partition, writes);
      }),
    list: (container, partition, query) => answer(file, () => reading.list(container, partition, query)),
    changes: (container, limit, since) => answer(file, () => reading.changes(container, limit, since)),
    ready: () => answer(file, () => void reading.read("keys", "ready", "ready")),
    close: () =>
      answer(file, () => {
        if (database.isOpen) database.close();
      }),
  };
}

/** SQLite answers at once; what it throws becomes a rejection that says which store it was. */
function answer<T>(file: string, ask: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    try {
      resolve(ask());
    } catch (cause) {
      const ours = cause instanceof StoreConflict || cause instanceof RangeError;
      reject(ours ? cause : new Error(`The store in ${file} did not do it`, { cause }));
    }
  });
}
