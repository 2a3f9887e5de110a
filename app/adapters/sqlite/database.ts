/** Opening the file: the schema, its version, and words for whoever gave a path that cannot work. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Of the file as a whole. Rows have versions of their own (records/record.ts); this one is raised when they do not help. */
export const STORE_VERSION = 2;

/**
 * `seq` numbers every write and never repeats: it is an item's ETag, and its place in the change feed. A replaced item
 * moves to a new `seq`, so that the feed holds its latest version only.
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

/** Opens the store's file, making it (and its folder) when it is missing. ":memory:" keeps everything in memory. */
export function openDatabase(file: string): DatabaseSync {
  try {
    if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true });
    return prepared(new DatabaseSync(file, { timeout: 5_000 }), file);
  } catch (cause) {
    if (cause instanceof UnfitStoreFile) throw cause;
    throw new UnfitStoreFile(`${file} ${words(cause)}`, { cause });
  }
}

/** The message says what to do. */
class UnfitStoreFile extends Error {
  override readonly name = "UnfitStoreFile";
}

function prepared(database: DatabaseSync, file: string): DatabaseSync {
  try {
    // A killed process loses nothing with `normal`; only a power failure may take the last moments.
    database.exec("pragma journal_mode = wal; pragma synchronous = normal;");
    database.exec("begin immediate");
    const version = Number(database.prepare("pragma user_version").get()?.["user_version"]);
    if (version > 0 && version < STORE_VERSION)
      throw new UnfitStoreFile(
        `${file} was made by an earlier version of the connector, and this one does not read it. Move the file away to begin with an empty store; npm start does so by itself.`,
      );
    if (version > STORE_VERSION)
      throw new UnfitStoreFile(
        `${file} was made by a newer version of the connector. Start that version again, or move the file away to begin with an empty store.`,
      );
    if (version === 0) database.exec(SCHEMA);
    database.exec("commit");
    return database;
  } catch (cause) {
    database.close();
    throw cause;
  }
}

function words(cause: unknown): string {
  if (!(cause instanceof Error)) return "cannot be opened.";
  switch ("errcode" in cause ? cause.errcode : "code" in cause ? cause.code : undefined) {
    case 26:
    case 11:
      return "is not a store of the connector, or is damaged. Move it away to begin with an empty store, or restore it.";
    case 8:
    case "EACCES":
    case "EROFS":
      return "cannot be written. Allow this user to write the file and its folder, or name another file.";
    case 14:
    case "ENOTDIR":
    case "EEXIST":
    case "ENOENT":
      return "cannot be made or opened. Name a file in a folder that this user may write.";
    case 5:
      return "is in use by another process that does not let go. Stop it, then start again.";
    default:
      return `cannot be opened (${cause.message}).`;
  }
}
