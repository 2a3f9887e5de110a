/** The store in one file, for a laptop. Several processes may have it open. */
import { statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import {
  refuseUnfitBatch,
  refuseUnstorable,
  StoreConflict,
  type ContainerName,
  type Item,
  type Store,
  type Stored,
} from "../../ports/store.ts";
import { surelyPast } from "./clock.ts";
import { openDatabase } from "./database.ts";
import { fileFault } from "./faults.ts";
import { patience } from "./patience.ts";
import { reader } from "./reading.ts";
import { openTail } from "./tail.ts";
import { together } from "./together.ts";
import { writer } from "./writing.ts";

export interface SqliteOptions {
  /** Made, with its folder, when it is missing; ":memory:" keeps nothing. */
  readonly file: string;
  readonly now: () => Date;
  /** Milliseconds that only count up; the process's own unless a test says otherwise. */
  readonly uptime?: () => number;
  /** Told what a person should know although the store works: writes are missing, the clock is wrong. */
  readonly tell?: (words: string) => void;
}

/** @throws StoreFault with words for the person who named the file, when it cannot be used. */
export function openSqliteStore(options: SqliteOptions): Store {
  const { file, now, uptime = () => performance.now(), tell = () => undefined } = options;
  const written = lastWritten(file);
  const database = openDatabase(file);
  const tail = openTail(file, () => lastWrite(database));
  if (tail.lost > 0) tell(lostWords(file, tail.lost));
  const past = surelyPast({ now, uptime, tell }, written);
  const reading = reader(database, now);
  const read = together(database, (cause) => refusal(file, cause));
  const writeAll = writer(database, { now, past, wrote: tail.wrote });

  /** SQLite answers at once; what it throws becomes a rejection, unless it is a lock that is let go in time. */
  const answer = async <T>(ask: () => T): Promise<T> => {
    const pause = patience();
    for (;;)
      try {
        return ask();
      } catch (cause) {
        if (!(await pause(cause))) throw refusal(file, cause);
      }
  };
  const writeOne = (
    container: ContainerName,
    write: { kind: "create" } | { kind: "replace"; etag: string },
    item: Item,
  ) =>
    answer((): Stored => {
      refuseUnstorable(item);
      const [written] = writeAll(container, item.partition, [{ ...write, item }]);
      if (written === undefined) throw new Error("A write answered nothing");
      return written;
    });

  return {
    place: file,
    read: (container, partition, id) => read(() => reading.read(container, partition, id)),
    create: (container, item) => writeOne(container, { kind: "create" }, item),
    replace: (container, item, etag) => writeOne(container, { kind: "replace", etag }, item),
    remove: (container, partition, id, etag) =>
      answer(() => {
        refuseUnstorable({ partition, id });
        writeAll(container, partition, [{ kind: "remove", id, etag }]);
      }),
    batch: (container, partition, writes) =>
      answer(() => {
        refuseUnfitBatch(partition, writes);
        writeAll(container, partition, writes);
      }),
    list: (container, partition, query) => answer(() => reading.list(container, partition, query)),
    changes: (container, limit, since) => answer(() => reading.changes(container, limit, since)),
    ready: () => answer(() => void reading.read("keys", "ready", "ready")),
    close: () =>
      answer(() => {
        if (!database.isOpen) return;
        database.close();
        tail.close();
      }),
  };
}

/** The file or what lies beside it; 0 when it is to be made, or lies in memory. */
function lastWritten(file: string): number {
  try {
    return Math.max(...[file, file + "-wal"].map((part) => statSync(part, MAYBE)?.mtimeMs ?? 0));
  } catch {
    // Opening it says why, in words.
    return 0;
  }
}

const MAYBE = { throwIfNoEntry: false } as const;

function lastWrite(database: DatabaseSync): number {
  return Number(database.prepare("select seq from sqlite_sequence where name = 'items'").get()?.["seq"] ?? 0);
}

const lostWords = (file: string, lost: number) =>
  `${file} lacks its last writes (${String(lost)} of them): it was cut off, or an older copy was put in its place. Links that were replaced and visits that were ended in them are open again: put the newest copy back, or renew those links.`;

/** What the port promises to throw stays; the rest says which file it was, and what to do. */
function refusal(file: string, cause: unknown): Error {
  return cause instanceof StoreConflict || cause instanceof RangeError ? cause : fileFault(file, cause);
}
