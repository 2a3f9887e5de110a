/**
 * Makes the writes that are asked for in one turn of the event loop in one transaction: bringing them to the disk is what
 * costs, and it is done once for all. If SQLite waited for another process that writes to the file, all other work here
 * would wait too, patients' taps included. So SQLite does not wait, and the same transaction is tried again a moment later.
 */
import type { DatabaseSync } from "node:sqlite";
import { isHeld } from "./faults.ts";

export type Together = <T>(write: () => T) => Promise<T>;

interface Waiting {
  readonly since: number;
  /** Does the write. `tell` tells its caller, once the write is on the disk. */
  write(): { readonly isMade: boolean; readonly tell: () => void };
  refuse(cause: unknown): void;
}

/** A process that holds the lock for this long is stopped in a debugger, or is no connector. */
const GIVE_UP_AFTER_MS = 5_000;
const TRY_AGAIN_MS = 2;
const SPREAD_MS = 10;
/** The most writes in one transaction, so that nobody else waits for long while many are written. */
const MOST_IN_ONE = 256;

export interface Refusals {
  /**
   * Whether an error refuses only the write that threw it. Such a write has changed nothing and does not affect the others.
   */
  readonly isItsOwn: (cause: unknown) => boolean;
  /** Called before each transaction; what it throws refuses all writes of it. */
  readonly refuseIfGone: () => void;
  /** Makes the error with which the caller's promise is rejected from what was thrown. */
  readonly told: (cause: unknown) => Error;
}

export function writesTogether(database: DatabaseSync, { isItsOwn, refuseIfGone, told }: Refusals): Together {
  const begin = database.prepare("begin immediate");
  const commit = database.prepare("commit");
  const rollback = database.prepare("rollback");
  let waiting: Waiting[] = [];

  const later = () => void setTimeout(flush, TRY_AGAIN_MS + Math.random() * SPREAD_MS);

  /** Rolls back. A failure to do so is ignored, because the next transaction fails then with the reason. */
  const undo = () => {
    try {
      // When the disk is full, SQLite has ended the transaction by itself.
      if (database.isTransaction) rollback.run();
    } catch {
      return;
    }
  };

  function flush() {
    try {
      refuseIfGone();
      begin.run();
    } catch (cause) {
      const now = performance.now();
      const waits = (one: Waiting) => isHeld(cause) && now - one.since < GIVE_UP_AFTER_MS;
      const refused = waiting.filter((one) => !waits(one));
      waiting = waiting.filter(waits);
      for (const one of refused) one.refuse(cause);
      if (waiting.length > 0) later();
      return;
    }
    const turn = waiting.slice(0, MOST_IN_ONE);
    waiting = waiting.slice(MOST_IN_ONE);
    if (waiting.length > 0) setImmediate(flush);
    try {
      const done = turn.map((one) => one.write());
      // A refused write leaves traces in the transaction that a commit would bring to the disk, which takes milliseconds.
      if (done.some(({ isMade }) => isMade)) commit.run();
      else rollback.run();
      for (const { tell } of done) tell();
    } catch (cause) {
      for (const one of turn) one.refuse(cause);
      undo();
    }
  }

  return <T>(write: () => T) =>
    new Promise<T>((resolve, reject) => {
      const refuse = (cause: unknown) => reject(told(cause));
      waiting.push({
        since: performance.now(),
        refuse,
        write() {
          try {
            const answer = write();
            return { isMade: true, tell: () => resolve(answer) };
          } catch (cause) {
            if (!isItsOwn(cause)) throw cause;
            return { isMade: false, tell: () => refuse(cause) };
          }
        },
      });
      if (waiting.length === 1) setImmediate(flush);
    });
}
