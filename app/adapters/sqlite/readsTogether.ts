/**
 * Answers together the reads that are asked for in one turn of the event loop: taking the file's locks costs more than the
 * reads, and one transaction takes them once for all. Nothing is cached: each read sees what is committed when it is
 * answered, so all that was written before it was asked for.
 */
import type { DatabaseSync } from "node:sqlite";
import { isHeld } from "./faults.ts";
import { patience } from "./patience.ts";

export type Together = <T>(ask: () => T) => Promise<T>;

interface Waiting {
  answer(): void;
  refuse(cause: unknown): void;
}

/** @param refusal makes the error with which the caller's promise is rejected from what was thrown */
export function readsTogether(database: DatabaseSync, refusal: (cause: unknown) => Error): Together {
  const begin = database.prepare("begin");
  const commit = database.prepare("commit");
  let waiting: Waiting[] = [];

  const answerAll = () => {
    const turn = waiting;
    waiting = [];
    const locked = turn.length > 1;
    try {
      if (locked) begin.run();
      for (const one of turn) one.answer();
      if (locked) commit.run();
    } catch (cause) {
      // Reads that have been answered already keep their answers.
      for (const one of turn) one.refuse(cause);
    }
  };

  const read = <T>(ask: () => T) =>
    new Promise<T>((resolve, reject) => {
      const refuse = (cause: unknown) => {
        if (isHeld(cause)) resolve(again(ask, cause));
        else reject(refusal(cause));
      };
      const answer = () => {
        try {
          resolve(ask());
        } catch (cause) {
          refuse(cause);
        }
      };
      waiting.push({ answer, refuse });
      if (waiting.length === 1) setImmediate(answerAll);
    });

  /** Asks again. A reader waits for no process but one that recovers the file after a crash. */
  const again = async <T>(ask: () => T, held: unknown): Promise<T> => {
    const pause = patience();
    for (let cause = held; ;) {
      if (!(await pause(cause))) throw refusal(cause);
      try {
        return ask();
      } catch (next) {
        cause = next;
      }
    }
  };

  return read;
}
