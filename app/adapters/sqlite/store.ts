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
import { openTail } from "./tail.ts";
import { writer } from "./writing.ts";
import { writesTogether } from "./writesTogether.ts";

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
  const lastTime = lastWritten(file);
  const database = openDatabase(file);
  const tail = openTail(file, () => lastWrite(database));
  if (tail.lost > 0) tell(lostWords(file, tail.lost));
  const past = surelyPast({ now, uptime, tell }, lastTime);
  const reading = reader(database, now);
  const read = readsTogether(database, (cause) => refusal(file, cause));
  const write = writesTogether(database, { isItsOwn, told: (cause) => refusal(file, cause) });
  const writeAll = writer(database, { now, past });

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
    place: file,
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

/** What the port promises to throw. */
const isItsOwn = (cause: unknown): cause is Error =>
  cause instanceof StoreConflict || cause instanceof RangeError;

/** That stays as it is; the rest says which file it was, and what to do. */
const refusal = (file: string, cause: unknown): Error => (isItsOwn(cause) ? cause : fileFault(file, cause));
