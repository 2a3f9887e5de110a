/** Repeats a read that SQLite refuses while another process recovers the file after a crash. */
import { setTimeout as passed } from "node:timers/promises";
import { isHeld } from "./faults.ts";

/**
 * Recovery takes a moment. A process that holds the lock for longer than this is stopped in a debugger, or is no connector.
 */
const PATIENCE_MS = 5_000;
const LONGEST_PAUSE_MS = 40;

/**
 * Makes a function that waits for a random time before the next attempt. It answers false when there should be no further
 * attempt: the cause was not a lock, or the time is up.
 */
export function patience(): (cause: unknown) => Promise<boolean> {
  let until: number | undefined;
  let pause = 1;
  return async (cause) => {
    if (!isHeld(cause)) return false;
    until ??= performance.now() + PATIENCE_MS;
    if (performance.now() >= until) return false;
    pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
    await passed(Math.random() * pause);
    return true;
  };
}
