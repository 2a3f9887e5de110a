/**
 * Whether something that was made at `at` is less than `milliseconds` old. A time in the future does not count as young:
 * after a clock has been set back, what was remembered before would otherwise be believed until the clock has caught up.
 */
export function isYounger(at: number, now: Date, milliseconds: number): boolean {
  const age = now.getTime() - at;
  return age >= 0 && age < milliseconds;
}
