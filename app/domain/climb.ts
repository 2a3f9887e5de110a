/**
 * Climbing from a location to those that it is part of. A launch and the finding of visits climb by this one rule, so that
 * both know the same departments. A hospital may have any number of levels (room, unit, wing, level, building, campus, site),
 * and charts hold locations that are part of each other.
 */

/** More than any hospital has; it only keeps a chart without sense from being climbed without end. */
const MOST_LEVELS = 50;

/** One way up. */
export class Climb {
  readonly #passed = new Set<string>();

  /** Whether the way goes on to a location, which then counts as passed: it ends where it comes to one a second time. */
  goesTo(location: string): boolean {
    if (this.#passed.has(location) || this.#passed.size >= MOST_LEVELS) return false;
    this.#passed.add(location);
    return true;
  }
}
