/**
 * Writes asked for in one turn of the event loop, made in one transaction: what costs is bringing it to the disk, and that
 * is paid once for all of them. SQLite would wait for another process that writes to the file, and keep everybody else
 * waiting with it, taps of patients included; so it does not wait at all, and the same is tried again a moment later.
 */
import type { DatabaseSync } from "node:sqlite";
import { isHeld } from "./faults.ts";

export type Together = <T>(write: () => T) => Promise<T>;

interface Waiting {
  readonly since: number;
  /** Answers how to tell the one who asked, once it is on the disk. */
  write(): () => void;
  refuse(cause: unknown): void;
}

/** Who holds the lock for so long is stopped by a debugger, or is no connector. */
const GIVE_UP_AFTER_MS = 5_000;
const TRY_AGAIN_MS = 2;
const SPREAD_MS = 10;
/** So that nobody else waits for long while many are written. */
const MOST_IN_ONE = 256;

export interface Refusals {
  /** Whether what a write has thrown refuses that one alone: it has changed nothing then, and spoils no other's. */
  readonly isItsOwn: (cause: unknown) => boolean;
  /** Makes what was thrown into the rejection of the one who asked. */
  readonly told: (cause: unknown) => Error;
}

export function writesTogether(database: DatabaseSync, { isItsOwn, told }: Refusals): Together {
  const begin = database.prepare("begin immediate");
  const commit = database.prepare("commit");
  const rollback = database.prepare("rollback");
  let waiting: Waiting[] = [];

  const later = () => void setTimeout(flush, TRY_AGAIN_MS + Math.random() * SPREAD_MS);

  /** Nobody waits for this to throw: should it fail, the next one that begins is told what is wrong. */
  const undo = () => {
    try {
      // A full disk ends the transaction by itself.
      if (database.isTransaction) rollback.run();
    } catch {
      return;
    }
  };

  function flush() {
    try {
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
      const tell = turn.map((one) => one.write());
      commit.run();
      for (const each of tell) each();
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
            return () => resolve(answer);
          } catch (cause) {
            if (!isItsOwn(cause)) throw cause;
            return () => refuse(cause);
          }
        },
      });
      if (waiting.length === 1) setImmediate(flush);
    });
}
