/**
 * A file beside the store's that holds the number of its last write. SQLite accepts without notice a -wal file that was cut
 * off, or a file that was restored from yesterday. Links that were revoked and visits that were ended in the missing writes
 * would be open again. Comparing the numbers detects it.
 */
import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { fileFault } from "./faults.ts";

export interface Tail {
  /** How many writes the store has lost since it was last opened. */
  readonly lost: number;
  /** Notes that the write of that number is done. */
  readonly wrote: (seq: number) => void;
  close(): void;
}

const DIGITS = 16;

/** @param lastWrite gives the number of the last write in the store's file; called after the noted number has been read */
export function openTail(file: string, lastWrite: () => number): Tail {
  if (file === ":memory:") return { lost: 0, wrote: () => undefined, close: () => undefined };
  const beside = file + "-last";
  try {
    const descriptor = openSync(beside, constants.O_RDWR | constants.O_CREAT, 0o600);
    const noted = read(descriptor);
    let highest = lastWrite();
    if (noted !== highest) write(descriptor, highest);
    return {
      lost: Math.max(0, noted - highest),
      wrote(seq) {
        if (seq <= highest) return;
        highest = seq;
        write(descriptor, seq);
      },
      close: () => closeSync(descriptor),
    };
  } catch (cause) {
    throw fileFault(beside, cause);
  }
}

/** The noted number; 0 where nothing has been noted yet. */
function read(descriptor: number): number {
  const bytes = Buffer.alloc(DIGITS);
  const text = bytes.toString("latin1", 0, readSync(descriptor, bytes, 0, DIGITS, 0));
  return /^\d{16}$/.test(text) ? Number(text) : 0;
}

/** Notes the number. A failure to do so is ignored: the store's write itself is done, and at worst a loss goes unnoticed. */
function write(descriptor: number, seq: number): void {
  try {
    writeSync(descriptor, String(seq).padStart(DIGITS, "0"), 0, "latin1");
  } catch {
    return;
  }
}
