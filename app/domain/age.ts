/**
 * Whether something of `at` is less than `milliseconds` old. What seems to come from the future does not count as young:
 * clocks are set back, and what was remembered before would otherwise be believed until they have caught up.
 */
export function isYounger(at: number, now: Date, milliseconds: number): boolean {
  const age = now.getTime() - at;
  return age >= 0 && age < milliseconds;
}
