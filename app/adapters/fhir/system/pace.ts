/** How many requests at once a chart system is asked by this process, and when it is left alone. Its own limits are published nowhere. */
import { isYounger } from "../../../domain/age.ts";
import type { Asker, Limited } from "../../../ports/systemEhr.ts";

const MOST_AT_ONCE = 4;
/** Whoever is not waited for any more comes again in its own time. */
const GIVEN_UP_MS = 15_000;
/** An answer that takes longer than this says that we are too many. */
const SLOW_MS = 4_000;
/** So many quick answers one after another, and one more is asked at once. */
const QUICK_IN_A_ROW = 10;
const FIRST_REST_MS = 15_000;
const LONGEST_REST_MS = 300_000;
/** Nobody is left alone for longer because a server says so: it is asked once, and may say so again. */
const LONGEST_ASKED_REST_MS = 3_600_000;

export class Pace {
  readonly #now: () => Date;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #atOnce = MOST_AT_ONCE;
  #quick = 0;
  #rest: { readonly from: number; readonly ms: number } | undefined;
  #restsInARow = 0;

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** Does it when it is its turn; does it not at all while the chart system is to be left alone. */
  async inTurn<T>({ signal }: Pick<Asker, "signal">, work: () => Promise<T>): Promise<T | Limited> {
    if (this.#running < this.#atOnce) this.#running += 1;
    // Whoever lets it go has counted it in.
    else await new Promise<void>((go) => this.#waiting.push(go));
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

  /** The chart system said that requests are too many. @param askedMs how long it wants to be left alone, where it says so */
  tooMany(askedMs: number | undefined): Limited {
    const before = this.#resting();
    // Those that were under way say the same again, and only the first of them counts.
    if (before === undefined) this.#restsInARow += 1;
    const usual = Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** (this.#restsInARow - 1));
    const wanted = askedMs === undefined ? usual : Math.min(askedMs, LONGEST_ASKED_REST_MS);
    const ms = Math.max(wanted, before?.retryAfterMs ?? 0);
    this.#rest = { from: this.#now().getTime(), ms };
    this.#atOnce = 1;
    this.#quick = 0;
    return { kind: "limited", retryAfterMs: ms };
  }

  /** It answered what was asked: it is not too much for it. */
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
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#running += 1;
      next();
    }
  }
}
