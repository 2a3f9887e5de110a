/**
 * Reads asked for in one turn of the event loop, answered together: one transaction takes the file's locks once for all of
 * them, which costs more than the reads, and whoever waits goes on in one go. Nothing is remembered: each read sees
 * what is committed when it is answered, and so whatever was written before it was asked for.
 */
import type { DatabaseSync } from "node:sqlite";
import { isHeld } from "./faults.ts";
import { patience } from "./patience.ts";

export type Together = <T>(ask: () => T) => Promise<T>;

interface Waiting {
  answer(): void;
  refuse(cause: unknown): void;
}

/** `refusal` makes what was thrown into the rejection of the one who asked. */
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
      // Whoever has an answer already keeps it.
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

  /** A reader waits for nobody but one who recovers the file after a crash. */
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
