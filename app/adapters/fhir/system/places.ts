/**
 * How many of the worker's jobs may be at charts at the same time, in this process. A job that waits for a chart takes a place in
 * the worker, so charts that are slow may take only some of its places together, and none of them more than it leaves to
 * all others: whoever comes next finds room, however many are slow.
 */
import type { Asker, Busy } from "../../../ports/systemEhr.ts";

/** Of the worker's places: what asks no chart, such as texts' reports, has the rest. */
const AT_CHARTS = 3 / 4;
const LATER_MS = 15_000;

export class Places {
  #free: number;
  readonly #held = new Map<string, number>();

  /** @param jobsAtOnce how many jobs the worker does at the same time */
  constructor(jobsAtOnce: number) {
    this.#free = Math.max(1, Math.floor(jobsAtOnce * AT_CHARTS));
  }

  /** A round is no job: it takes nobody's place. */
  async within<T>(
    connectionId: string,
    { as }: Pick<Asker, "as">,
    work: () => Promise<T>,
  ): Promise<T | Busy> {
    if (as === "round") return work();
    if (this.#heldBy(connectionId) >= this.#free) return { kind: "busy", retryAfterMs: LATER_MS };
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
