/**
 * The moments that vendors tell with what they tell. Some are not so: the year 1 stands for none, and clocks are wrong. What
 * counts from such a moment would count for ever, or never.
 */

const CLOCKS_DIFFER_MS = 5 * 60_000;
/** Longer than any vendor tries to tell something. */
const OLDEST_MS = 30 * 86_400_000;

/** Whether something of which we heard just now can have happened at that moment. */
export function isBelievable(at: Date, heard: Date): boolean {
  const before = heard.getTime() - at.getTime();
  return before >= -CLOCKS_DIFFER_MS && before <= OLDEST_MS;
}
