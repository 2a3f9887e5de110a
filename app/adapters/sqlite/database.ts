/**
 * Opens the store's file: makes the schema, checks its version, looks for damage, and says what to do when the path cannot
 * be used.
 */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StoreFault } from "../../ports/store.ts";
import { fileFault, RESTORE } from "./faults.ts";

/**
 * Version of the file as a whole. Rows have versions of their own (records/record.ts); this one is raised only where those
 * do not suffice.
 */
export const STORE_VERSION = 2;

/**
 * `seq` numbers every write and never repeats. It is the item's ETag and its position in the change feed. Replacing an item
 * gives it a new `seq`, so the feed holds its latest version only.
 */
const SCHEMA = `
  create table items (
    seq integer primary key autoincrement,
    container text not null,
    partition text not null,
    id text not null,
    sort text,
    expires_at integer,
    body text not null,
    unique (container, partition, id)
  ) strict;
  create index items_by_sort on items (container, partition, sort, id) where sort is not null;
  create index items_by_change on items (container, seq);
  create index items_by_expiry on items (expires_at) where expires_at is not null;
  pragma user_version = ${String(STORE_VERSION)};
`;

/**
 * How long two processes that open the file at once wait for each other. Afterwards nothing waits inside SQLite
 * (writesTogether.ts).
 */
const OPENED_WITHIN_MS = 2_000;

/**
 * Opens the store's file. A missing file is made, with its folder, for its owner alone. ":memory:" keeps everything in
 * memory.
 * @throws StoreFault
 */
export function openDatabase(file: string): DatabaseSync {
  try {
    if (file !== ":memory:") make(file);
    return prepared(new DatabaseSync(file, { timeout: OPENED_WITHIN_MS }), file);
  } catch (cause) {
    throw fileFault(file, cause);
  }
}

function make(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, "a", 0o600));
}

/**
 * Restricts the files to their owner. SQLite gives the files beside the main one the same mode; those from an earlier
 * version of the connector get it now.
 */
function own(file: string): void {
  for (const part of [file, file + "-wal", file + "-shm"]) if (existsSync(part)) chmodSync(part, 0o600);
}

function prepared(database: DatabaseSync, file: string): DatabaseSync {
  try {
    // A file that belongs to another program is not changed at all, not even its journal mode or its permissions.
    refuseOthers(database, file);
    if (file !== ":memory:") own(file);
    // A write that was reported as done must survive a power failure, because its caller may have acted on it outside. On
    // macOS that needs `fullfsync` too, which other systems ignore.
    database.exec("pragma journal_mode = wal; pragma synchronous = full; pragma fullfsync = on;");
    if (versionOf(database) === 0) makeTables(database, file);
    refuseOthers(database, file);
    refuseDamage(database, file);
    database.exec("pragma busy_timeout = 0");
    return database;
  } catch (cause) {
    database.close();
    throw cause;
  }
}

const versionOf = (database: DatabaseSync) =>
  Number(database.prepare("pragma user_version").get()?.["user_version"]);

/** Makes the store's tables. Of several processes that find an empty file, only one does so. */
function makeTables(database: DatabaseSync, file: string): void {
  database.exec("begin immediate");
  refuseOthers(database, file);
  if (versionOf(database) === 0) database.exec(SCHEMA);
  database.exec("commit");
}

/** Refuses a file that is neither a store of this version nor empty. */
function refuseOthers(database: DatabaseSync, file: string): void {
  // One statement reads both values, because another process may be making the store at the same time.
  const { version, tables } = database.prepare(WHOSE).get() ?? {};
  if (Number(version) === 0 && Number(tables) > 0)
    throw new StoreFault(`${file} is another program's database. Name a file of the connector's own.`);
  if (Number(version) === 0 || Number(version) === STORE_VERSION) return;
  throw new StoreFault(
    Number(version) < STORE_VERSION
      ? `${file} was made by an earlier version of the connector, and this one does not read it. Move the file away to begin with an empty store; npm start does so by itself.`
      : `${file} was made by a newer version of the connector. Start that version again, or move the file away to begin with an empty store.`,
  );
}
const WHOSE =
  "select user_version as version, (select count(*) from sqlite_master) as tables from pragma_user_version";

/**
 * Looks for damage. It is done at every start, while a person is there to read the message; a store on a laptop is small.
 */
function refuseDamage(database: DatabaseSync, file: string): void {
  const found = database.prepare("pragma quick_check(1)").get()?.["quick_check"];
  if (found !== "ok") throw new StoreFault(`${file} is damaged (a page of it cannot be read). ${RESTORE}`);
  database.prepare("select 1 from items where container = ? and seq > ? limit 1").get("", 0);
}
