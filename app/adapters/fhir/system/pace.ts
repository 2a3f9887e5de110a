/**
 * Limits how many requests this process sends to a chart system at once, and pauses them when it asks for that. The chart
 * system's own limits are not published.
 */
import { isYounger } from "../../../domain/age.ts";
import type { Asker, Limited } from "../../../ports/systemEhr.ts";

const MOST_AT_ONCE = 4;
/** When a request should be made again whose caller stopped waiting for its turn. */
const GIVEN_UP_MS = 15_000;
/** An answer that takes longer than this means that there are too many requests at once. */
const SLOW_MS = 4_000;
/** After this many quick answers in a row, one more request at once is allowed. */
const QUICK_IN_A_ROW = 10;
const FIRST_REST_MS = 15_000;
const LONGEST_REST_MS = 300_000;
/** The longest pause that a server may ask for. After it one request is sent, and the server may ask for another pause. */
const LONGEST_ASKED_REST_MS = 3_600_000;

export class Pace {
  readonly #now: () => Date;
  readonly #waiting: Readonly<Record<Asker["as"], (() => void)[]>> = { job: [], round: [] };
  /** Whose turn it is where both wait. */
  #next: Asker["as"] = "job";
  #running = 0;
  #atOnce = MOST_AT_ONCE;
  #quick = 0;
  #rest: { readonly from: number; readonly ms: number } | undefined;
  #restsInARow = 0;

  constructor(now: () => Date) {
    this.#now = now;
  }

  /**
   * Does the work when its turn comes; answers {@link Limited} without doing it while the chart system is to be left alone.
   * Jobs and rounds have a turn after each other, so that neither waits for a whole line of the other's.
   */
  async inTurn<T>({ as, signal }: Asker, work: () => Promise<T>): Promise<T | Limited> {
    if (this.#running < this.#atOnce) this.#running += 1;
    // The request that wakes this one has counted it in `#running`.
    else await new Promise<void>((go) => this.#waiting[as].push(go));
    try {
      if (signal.aborted) return { kind: "limited", retryAfterMs: GIVEN_UP_MS };
      const resting = this.#resting();
      if (resting !== undefined) return resting;
      const begun = this.#now().getTime();
      const done = await work();
      this.#learn(this.#now().getTime() - begun);
      return done;
    } finally {
      this.#running -= 1;
      this.#letGo();
    }
  }

  /**
   * Notes that the chart system said there are too many requests.
   * @param askedMs how long the chart system wants to be left alone, where it says so
   */
  tooMany(askedMs: number | undefined): Limited {
    const before = this.#resting();
    // Requests that were under way at the same time are answered alike, and only the first of them counts.
    if (before === undefined) this.#restsInARow += 1;
    const usual = Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** (this.#restsInARow - 1));
    const wanted = askedMs === undefined ? usual : Math.min(askedMs, LONGEST_ASKED_REST_MS);
    const ms = Math.max(wanted, before?.retryAfterMs ?? 0);
    this.#rest = { from: this.#now().getTime(), ms };
    this.#atOnce = 1;
    this.#quick = 0;
    return { kind: "limited", retryAfterMs: ms };
  }

  /** Notes that the chart system answered the request, so the next pause is a short one again. */
  wasTaken(): void {
    this.#restsInARow = 0;
  }

  #resting(): Limited | undefined {
    if (this.#rest === undefined || !isYounger(this.#rest.from, this.#now(), this.#rest.ms)) return undefined;
    return { kind: "limited", retryAfterMs: this.#rest.from + this.#rest.ms - this.#now().getTime() };
  }

  #learn(tookMs: number): void {
    if (tookMs > SLOW_MS) {
      this.#atOnce = Math.max(1, this.#atOnce - 1);
      this.#quick = 0;
    } else if (++this.#quick >= QUICK_IN_A_ROW) {
      this.#atOnce = Math.min(MOST_AT_ONCE, this.#atOnce + 1);
      this.#quick = 0;
    }
  }

  #letGo(): void {
    while (this.#running < this.#atOnce) {
      const other = this.#next === "job" ? "round" : "job";
      const next = this.#waiting[this.#next].shift() ?? this.#waiting[other].shift();
      if (next === undefined) return;
      this.#next = other;
      this.#running += 1;
      next();
    }
  }
}
