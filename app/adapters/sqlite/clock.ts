/**
 * How far the machine's clock is trusted for what cannot be undone. The sweep deletes expired items, and a clock that is
 * ahead for a moment would make it delete items that are still needed. So items are deleted only by a time that the clock
 * showed an hour ago, if it has run evenly since. See decisions/0022.
 */

/** Longer than a person who set a clock wrong takes to notice, and shorter than an expired row in the file matters. */
const AGREES_AFTER_MS = 3_600_000;
/** More than a time service corrects at once, and less than a person usually sets a clock wrong by. */
const JUMP_MS = 60_000;
/** A laptop's clock seems to jump forward after sleep, but it never goes back by this much unless it is, or was, wrong. */
const BACK_MS = 300_000;

export interface Times {
  readonly now: () => Date;
  /** Milliseconds of a monotonic clock, which no change of the system time affects. */
  readonly uptime: () => number;
  /** Called with a message when the clock is, or was, wrong. */
  readonly tell: (words: string) => void;
}

/**
 * Makes a function that looks at the clock and answers a time that has certainly passed, in milliseconds since 1970;
 * undefined while the clock has not run evenly for long enough.
 * @param written when the store was last written, 0 if never
 */
export function surelyPast({ now, uptime, tell }: Times, written: number): () => number | undefined {
  const look = () => ({ clock: now().getTime(), uptime: uptime() });
  const goneBack = (from: number, to: number) => {
    if (from - to > BACK_MS) tell(goneBackWords(from, to));
  };
  let mark = look();
  let past: number | undefined;
  goneBack(written, mark.clock);
  return () => {
    const seen = look();
    const even = seen.uptime - mark.uptime;
    if (Math.abs(seen.clock - mark.clock - even) > JUMP_MS) {
      goneBack(mark.clock + even, seen.clock);
      mark = seen;
      past = undefined;
    } else if (even >= AGREES_AFTER_MS) {
      past = mark.clock;
      mark = seen;
    }
    return past;
  };
}

function goneBackWords(from: number, to: number): string {
  const [before, after] = [from, to].map((time) => new Date(time).toISOString().slice(0, 16) + "Z");
  return `This machine's clock went back from ${String(before)} to ${String(after)}: it was ahead, or is behind now. Links open and close by it, so set it by a time service.`;
}
