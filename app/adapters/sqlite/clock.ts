/**
 * How far the machine's clock is trusted with what cannot be taken back: the sweep deletes what has expired, and a clock
 * that is ahead for a moment would have it delete what is still needed. So only a time that the clock showed an hour
 * ago, and has gone on from evenly since, lets anything go. See decisions/0022.
 */

/** Longer than somebody who set a clock wrong takes to see it, shorter than anybody minds an expired row in the file. */
const AGREES_AFTER_MS = 3_600_000;
/** More than a time service corrects while it steers a clock, less than anybody sets it wrong by. */
const JUMP_MS = 60_000;
/** A clock goes forward by itself while a laptop sleeps; it never goes back by so much unless it is, or was, wrong. */
const BACK_MS = 300_000;

export interface Times {
  readonly now: () => Date;
  /** Milliseconds that only count up, whatever somebody sets the clock to. */
  readonly uptime: () => number;
  /** Told when the clock is, or was, wrong. */
  readonly tell: (words: string) => void;
}

/**
 * Looks at the clock, and answers a time that has surely come, as milliseconds since 1970; undefined while the clock has
 * not agreed with itself long enough. @param written when the store was last written, 0 if never
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
