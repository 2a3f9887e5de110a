/**
 * A file beside the store's that holds the number of its last write. SQLite takes a -wal that was cut off, or a file that
 * was put back from yesterday, as it finds it; links that were revoked and visits that were ended in what is missing are
 * open again. The number tells.
 */
import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { fileFault } from "./faults.ts";

export interface Tail {
  /** How many writes the store has lost since it was last open. */
  readonly lost: number;
  /** The write of that number is done. */
  readonly wrote: (seq: number) => void;
  close(): void;
}

const DIGITS = 16;

/** @param lastWrite number of the store's last write as its file has it, asked for once what was noted is read. */
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

/** 0 where nothing was noted yet. */
function read(descriptor: number): number {
  const bytes = Buffer.alloc(DIGITS);
  const text = bytes.toString("latin1", 0, readSync(descriptor, bytes, 0, DIGITS, 0));
  return /^\d{16}$/.test(text) ? Number(text) : 0;
}

/** What cannot be noted only means that less would be noticed: the write itself is done. */
function write(descriptor: number, seq: number): void {
  try {
    writeSync(descriptor, String(seq).padStart(DIGITS, "0"), 0, "latin1");
  } catch {
    return;
  }
}
