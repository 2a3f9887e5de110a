/** Reading while another process recovers the file after a crash: what SQLite refuses is asked again a little later. */
import { setTimeout as passed } from "node:timers/promises";
import { isHeld } from "./faults.ts";

/** Recovery takes a moment. Who holds the lock for so long is stopped by a debugger, or is no connector. */
const PATIENCE_MS = 5_000;
const LONGEST_PAUSE_MS = 40;

/** Pauses before the next attempt, drawn by lot. Answers false when there is none: it was no lock, or took too long. */
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
