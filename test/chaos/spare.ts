/**
 * How a process that has loaded its code waits until it replaces one that was killed, and what it tells the test meanwhile.
 */
import { once } from "node:events";
import { flushCompileCache } from "node:module";

/** The lines that it writes: `loaded` once its code is loaded, `works` once it has begun to work. */
export const LOADED = "loaded";
export const WORKS = "works";

/**
 * Waits for a line on standard input. The compile cache is written first, so that the next process loads the code quickly.
 */
export async function called(): Promise<void> {
  flushCompileCache();
  process.stdout.write(LOADED + "\n");
  await once(process.stdin, "data");
}

export const works = (): boolean => process.stdout.write(WORKS + "\n");

/** The mark that is written for each call of the store or the queue. */
export const CALL = ".";
export const tellsCall = (): void => void process.stdout.write(CALL);
