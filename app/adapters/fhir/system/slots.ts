/**
 * Limits how many of the worker's jobs may use chart systems at the same time, in this process. A job that waits for a chart
 * system occupies a slot of the worker. So slow chart systems together may occupy only some of its slots, and no
 * connection may hold more than are still free: there is room for the next one, however many are slow.
 */
import type { Asker, Busy } from "../../../ports/systemEhr.ts";

/**
 * The share of the worker's slots that jobs at chart systems may occupy. Jobs that need no chart system, such as reports of
 * texts, have the rest.
 */
const AT_CHARTS = 3 / 4;
/** The shortest time after which a job may come again; it is spread up to twice as long. */
const LATER_MS = 15_000;

export class Slots {
  #free: number;
  readonly #held = new Map<string, number>();

  readonly #chance: () => number;

  /**
   * @param jobsAtOnce how many jobs the worker does at the same time
   * @param chance gives random numbers from 0 to 1. Jobs that are refused together must not come again together, because then
   * slots would be free between two times.
   */
  constructor(jobsAtOnce: number, chance: () => number) {
    this.#chance = chance;
    this.#free = Math.max(1, Math.floor(jobsAtOnce * AT_CHARTS));
  }

  /** Does the work, or answers {@link Busy}. A round is not a job, so it occupies no slot. */
  async within<T>(
    connectionId: string,
    { as }: Pick<Asker, "as">,
    work: () => Promise<T>,
  ): Promise<T | Busy> {
    if (as === "round") return work();
    if (this.#heldBy(connectionId) >= this.#free)
      return { kind: "busy", retryAfterMs: LATER_MS * (1 + this.#chance()) };
    this.#take(connectionId, 1);
    try {
      return await work();
    } finally {
      this.#take(connectionId, -1);
    }
  }

  #heldBy(connectionId: string): number {
    return this.#held.get(connectionId) ?? 0;
  }

  #take(connectionId: string, count: 1 | -1): void {
    this.#free -= count;
    const held = this.#heldBy(connectionId) + count;
    if (held === 0) this.#held.delete(connectionId);
    else this.#held.set(connectionId, held);
  }
}
