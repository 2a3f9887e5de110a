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
import { together } from "./together.ts";
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
  const read = together(database, (cause) => refusal(file, cause));
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
    read: (container, partition, id) => read(() => reading.read(container, partition, id)),
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

/** SQLite answers at once; what it throws becomes a rejection. */
function answer<T>(file: string, ask: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    try {
      resolve(ask());
    } catch (cause) {
      reject(refusal(file, cause));
    }
  });
}

/** What the port promises to throw stays; the rest says which store it was. */
function refusal(file: string, cause: unknown): Error {
  const ours = cause instanceof StoreConflict || cause instanceof RangeError;
  return ours ? cause : new Error(`The store in ${file} did not do it`, { cause });
}
