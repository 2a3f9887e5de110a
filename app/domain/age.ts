/** How old something is: since when it is kept, and since when somebody lives. */

/**
 * Whether something that was made at `at` is less than `milliseconds` old. A time in the future does not count as young:
 * after a clock has been set back, what was remembered before would otherwise be believed until the clock has caught up.
 */
export function isYounger(at: number, now: Date, milliseconds: number): boolean {
  const age = now.getTime() - at;
  return age >= 0 && age < milliseconds;
}

/** The whole years from one calendar day to another, both as YYYY-MM-DD; negative where the second comes first. */
export const yearsBetween = (born: string, day: string): number =>
  Number(day.slice(0, 4)) - Number(born.slice(0, 4)) - (day.slice(4) < born.slice(4) ? 1 : 0);
