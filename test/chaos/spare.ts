/**
 * How a process that has loaded its code waits until it takes the place of one that was killed, and how it tells what it
 * does.
 */
import { once } from "node:events";
import { flushCompileCache } from "node:module";

/** The lines that it writes: its code is loaded; it has begun to work. */
export const LOADED = "loaded";
export const WORKS = "works";

/** Waits until somebody calls, by a line to the process. Whoever loads the same code next does not compile it again. */
export async function called(): Promise<void> {
  flushCompileCache();
  process.stdout.write(LOADED + "\n");
  await once(process.stdin, "data");
}

export const works = (): boolean => process.stdout.write(WORKS + "\n");

/** One of these is written for each call of store and queue. */
export const CALL = ".";
export const tellsCall = (): void => void process.stdout.write(CALL);
