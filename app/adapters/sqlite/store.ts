/** The store in one file, for a laptop. Several processes may have it open. */
import { statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import {
  refuseUnfitBatch,
  refuseUnstorable,
  StoreConflict,
  type ContainerName,
  type Store,
  type Stored,
  type Write,
} from "../../ports/store.ts";
import { surelyPast } from "./clock.ts";
import { openDatabase } from "./database.ts";
import { fileFault } from "./faults.ts";
import { patience } from "./patience.ts";
import { reader } from "./reading.ts";
import { readsTogether } from "./readsTogether.ts";
import { stillThere } from "./stillThere.ts";
import { openTail } from "./tail.ts";
import { writer } from "./writing.ts";
import { writesTogether } from "./writesTogether.ts";

export interface SqliteOptions {
  /** The file's path. A missing file is made, with its folder; ":memory:" keeps nothing on the disk. */
  readonly file: string;
  readonly now: () => Date;
  /** Milliseconds of a monotonic clock; the process's own unless a test gives another. */
  readonly uptime?: () => number;
  /** Called with what a person should know although the store works: writes are missing, or the clock is wrong. */
  readonly tell?: (words: string) => void;
}

/** @throws StoreFault when the file cannot be used, in words for the person who named it */
export function openSqliteStore(options: SqliteOptions): Store {
  const { file, now, uptime = () => performance.now(), tell = () => undefined } = options;
  const lastTime = lastWritten(file);
  const database = openDatabase(file);
  const refuseIfGone = stillThere(file);
  const tail = openTail(file, () => lastWrite(database));
  if (tail.lost > 0) tell(lostWords(file, tail.lost));
  const past = surelyPast({ now, uptime, tell }, lastTime);
  const reading = reader(database, now);
  const read = readsTogether(database, (cause) => refusal(file, cause));
  const write = writesTogether(database, { isItsOwn, refuseIfGone, told: (cause) => refusal(file, cause) });
  const writeAll = writer(database, { now, past });

  /** Answers at once, as SQLite does. What it throws rejects the promise, unless it is a lock that is released in time. */
  const answer = async <T>(ask: () => T): Promise<T> => {
    const pause = patience();
    for (;;)
      try {
        return ask();
      } catch (cause) {
        if (!(await pause(cause))) throw refusal(file, cause);
      }
  };
  const written = async (container: ContainerName, partition: string, writes: readonly Write[]) => {
    const made = await write(() => writeAll(container, partition, writes));
    const last = made.at(-1);
    if (last !== undefined) tail.wrote(Number(last.etag));
    return made;
  };
  const put = async (container: ContainerName, one: Exclude<Write, { kind: "remove" }>): Promise<Stored> => {
    refuseUnstorable(one.item);
    const [made] = await written(container, one.item.partition, [one]);
    if (made === undefined) throw new Error("A write answered nothing");
    return made;
  };

  return {
    location: file,
    regions: () => [],
    read: (container, partition, id) => read(() => reading.read(container, partition, id)),
    create: (container, item) => put(container, { kind: "create", item }),
    replace: (container, item, etag) => put(container, { kind: "replace", item, etag }),
    async remove(container, partition, id, etag) {
      refuseUnstorable({ partition, id });
      await written(container, partition, [{ kind: "remove", id, etag }]);
    },
    async batch(container, partition, writes) {
      refuseUnfitBatch(partition, writes);
      await written(container, partition, writes);
    },
    list: (container, partition, query) => answer(() => reading.list(container, partition, query)),
    changes: (container, limit, since) => answer(() => reading.changes(container, limit, since)),
    ready: () =>
      answer(() => {
        refuseIfGone();
        reading.read("keys", "ready", "ready");
      }),
    close: () =>
      answer(() => {
        if (!database.isOpen) return;
        database.close();
        tail.close();
      }),
  };
}

/** When the file, or one beside it, was last written; 0 when it does not exist yet or the store is in memory. */
function lastWritten(file: string): number {
  try {
    return Math.max(...[file, file + "-wal"].map((part) => statSync(part, MAYBE)?.mtimeMs ?? 0));
  } catch {
    // Opening the file afterwards fails with the reason in words.
    return 0;
  }
}

const MAYBE = { throwIfNoEntry: false } as const;

function lastWrite(database: DatabaseSync): number {
  return Number(database.prepare("select seq from sqlite_sequence where name = 'items'").get()?.["seq"] ?? 0);
}

const lostWords = (file: string, lost: number) =>
  `${file} lacks its last writes (${String(lost)} of them): it was cut off, or an older copy was put in its place. Links that were replaced and visits that were ended in them are open again: put the newest copy back, or renew those links.`;

/** Whether this is an error that the port promises to throw. */
const isItsOwn = (cause: unknown): cause is Error =>
  cause instanceof StoreConflict || cause instanceof RangeError;

/**
 * The error for the caller. An error of the port stays as it is; any other becomes one that names the file and what to do.
 */
const refusal = (file: string, cause: unknown): Error => (isItsOwn(cause) ? cause : fileFault(file, cause));
