/**
 * Failures of SQLite and the file system in words for the person who runs the connector: which file is affected, and what to
 * do.
 */
import { StoreFault } from "../../ports/store.ts";

/** A fault whose message begins with the file's name. */
export function fileFault(file: string, cause: unknown): StoreFault {
  return cause instanceof StoreFault ? cause : new StoreFault(`${file} ${words(cause)}`, { cause });
}

/** Whether another process holds the file's lock. It releases the lock by itself, so the same is tried again. */
export const isHeld = (cause: unknown): boolean => [5, 6].includes(primary(cause) ?? 0);

export const RESTORE =
  "Stop the connector and put back a copy of the file (without a -wal and -shm beside it); or move it away to begin with an empty store, which makes every link that was handed out void.";

/** A row whose body is not JSON, so this adapter did not write it. */
export class DamagedRow extends Error {
  override readonly name = "DamagedRow";
  readonly seq: number;
  constructor(seq: number) {
    super("a row's body is no JSON");
    this.seq = seq;
  }
}

function words(cause: unknown): string {
  if (cause instanceof DamagedRow)
    return `holds a damaged row. ${RESTORE} Who can bear the loss of that one row removes it: delete from items where seq = ${String(cause.seq)}`;
  const systems = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (["EACCES", "EPERM", "EROFS"].includes(systems)) return WORDS.unwritable;
  if (["ENOTDIR", "EISDIR", "EEXIST", "ENOENT"].includes(systems)) return WORDS.nowhere;
  if (["ENOSPC", "EDQUOT", "EFBIG"].includes(systems)) return WORDS.full;
  switch (primary(cause)) {
    case 5:
    case 6:
      return "is in use by another process that does not let go. Stop it; the connector goes on by itself.";
    case 8:
      return WORDS.unwritable;
    case 10:
      return "cannot be read or written: its disk fails, or is full. See the disk's health and space; the connector goes on by itself.";
    case 11:
    case 26:
      return `is not a store of the connector, or is damaged. ${RESTORE}`;
    case 13:
      return WORDS.full;
    case 14:
      return WORDS.nowhere;
    case 1:
      return `lacks a table that it was made with. ${RESTORE}`;
    default:
      return `cannot be used (${cause instanceof Error ? cause.message : "for a reason that nobody told"}).`;
  }
}

const WORDS = {
  unwritable: "cannot be written. Allow this user to write the file and its folder, or name another file.",
  nowhere: "cannot be made or opened. Name a file in a folder that this user may write.",
  full: "cannot grow: its disk is full, or this user's share of it. Free some space; the connector goes on by itself.",
};

/** SQLite's primary result code, without the extended code in the upper bytes: https://sqlite.org/rescode.html */
function primary(cause: unknown): number | undefined {
  if (!(cause instanceof Error) || !("errcode" in cause) || typeof cause.errcode !== "number")
    return undefined;
  return cause.errcode & 0xff;
}
