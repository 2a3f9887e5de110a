/**
 * Reads one batch of locations, search by search. A search that breaks off is continued from where it came to. Where a page
 * fails every time (for example because one record cannot be shown), the time range that it lies in is halved until it hides
 * only little. A page that is too large to be read is first asked for with fewer appointments on it.
 */
import type { BrokenOff } from "../../ports/systemEhr.ts";
import { isYounger } from "../../domain/age.ts";
import type { FoundVisit } from "../../domain/found.ts";
import { prepareUnready, see, unlessDamaged, type Look } from "./look.ts";
import { readTogether } from "./readTogether.ts";

/** A range of the times at which visits start. */
export interface Range {
  readonly from: Date;
  readonly before: Date;
}

/** A range that is no longer than this is not halved any more. */
const SHORT_MS = 30 * 60_000;
/** How many searches of one batch may break off in one round. */
const MOST_BROKEN = 24;
/** How many appointments a page has at most once a page of the usual size was too large. */
const FEW_ON_PAGE = 20;
/** How long it is remembered that answers are too large: the chart system may have been mended since. */
const REMEMBERED_MS = 24 * 3_600_000;
/** How long a short range is not asked for again that was too large. */
const NOT_AGAIN_BEFORE_MS = 3_600_000;
/**
 * After this many searches of a round without a page, it is no single page that fails: the chart as a whole does not answer.
 */
const MOST_UNANSWERED = 5;

/** `why` is a code: what went wrong; for a chart that does not let the connector in, the reason of that. */
export type BatchRead =
  | { readonly kind: "whole" }
  /** The batch was read, except for parts of it that could not be read. */
  | { readonly kind: "gaps"; readonly why: string }
  /** Nothing more can be read now, so reading was given up. */
  | { readonly kind: "stopped"; readonly why: string };

/**
 * How a batch is asked whose answers were too large. A process keeps it from round to round: what one round has found out,
 * the next one begins with, so that in the end all is read, and what is too large is not read again and again.
 */
export interface Narrowed {
  /** When the first answer was too large; absent where none was. */
  since?: Date;
  mostOnPage?: number;
  /** The moments at which the time is cut, in milliseconds since 1970. */
  readonly cuts: Set<number>;
  /** The short ranges that were too large: for the end of each, when it was asked for. Both in milliseconds since 1970. */
  readonly tooLarge: Map<number, number>;
}
export const notNarrowed = (): Narrowed => ({ cuts: new Set(), tooLarge: new Map() });

export async function readBatch(
  look: Look,
  locations: readonly string[],
  range: Range,
  narrowed: Narrowed,
): Promise<BatchRead> {
  const now = look.parts.queue.now();
  forgetLongSince(narrowed, now);
  const toRead = cutAt(range, narrowed.cuts);
  let gap: string | undefined;
  let brokenOff = 0;
  for (;;) {
    const next = toRead.shift();
    if (next === undefined) return gap === undefined ? { kind: "whole" } : { kind: "gaps", why: gap };
    const end = next.before.getTime();
    if (isYounger(narrowed.tooLarge.get(end) ?? NaN, now, NOT_AGAIN_BEFORE_MS)) {
      gap = "too-large";
      continue;
    }
    const { broken, last } = await searchIn(look, locations, next, narrowed);
    if (broken === undefined) continue;
    const { kind } = broken.by;
    const why = broken.by.kind === "shut-out" ? broken.by.why : kind;
    if (kind === "limited" || kind === "shut-out" || isSilent(look)) return { kind: "stopped", why };
    const isTooLarge = kind === "too-large";
    const hasFewer = isTooLarge && narrowed.mostOnPage === undefined;
    if (isTooLarge) narrowed.since ??= now;
    if (hasFewer) narrowed.mostOnPage = FEW_ON_PAGE;
    // The rest after the last start that was seen is read next, so that soon visits come first; the halves of a range that
    // fails come last, in turn.
    if (hasFewer || last > next.from) toRead.unshift({ from: last, before: next.before });
    else if (end - next.from.getTime() > SHORT_MS) {
      const middle = Math.floor((next.from.getTime() + end) / 2);
      if (isTooLarge) narrowed.cuts.add(middle);
      toRead.push(...cutAt(next, [middle]));
    } else {
      gap = why;
      if (isTooLarge) {
        narrowed.cuts.add(next.from.getTime());
        narrowed.tooLarge.set(end, now.getTime());
      }
    }
    brokenOff += 1;
    if (brokenOff >= MOST_BROKEN) return { kind: "gaps", why };
  }
}

function forgetLongSince(narrowed: Narrowed, now: Date): void {
  if (narrowed.since === undefined || isYounger(narrowed.since.getTime(), now, REMEMBERED_MS)) return;
  delete narrowed.since;
  delete narrowed.mostOnPage;
  narrowed.cuts.clear();
  narrowed.tooLarge.clear();
}

const isSilent = ({ came }: Look) => !came.isAnswered && came.unanswered >= MOST_UNANSWERED;

/** The range in pieces, in the order of time. */
function cutAt({ from, before }: Range, cuts: Iterable<number>): Range[] {
  const within = [...cuts].filter((at) => at > from.getTime() && at < before.getTime());
  const ends = [...within.sort((one, other) => one - other).map((at) => new Date(at)), before];
  return ends.map((end, index) => ({ from: ends[index - 1] ?? from, before: end }));
}

interface Searched {
  readonly broken?: BrokenOff;
  /** The last start that was seen, or the start of the range if none was seen. */
  readonly last: Date;
}

async function searchIn(
  look: Look,
  locations: readonly string[],
  { from, before }: Range,
  { mostOnPage }: Narrowed,
): Promise<Searched> {
  const { came } = look;
  let last = from;
  const search = { locations, from, before, ...(mostOnPage !== undefined && { mostOnPage }) };
  for await (const page of look.seeing.at.chart.appointments(search)) {
    look.signal.throwIfAborted();
    if (page.kind === "broken-off") {
      // The chart did answer, and with less on a page, or about half the time, it may be read.
      if (page.by.kind === "too-large") came.isAnswered = true;
      else came.unanswered += 1;
      return { broken: page, last };
    }
    came.isAnswered = true;
    for (const hint of page.hints) if (hint.kind === "entries-skipped") came.unreadable += hint.count;
    const again: FoundVisit[] = [];
    for (const appointment of page.appointments) {
      await unlessDamaged(look, async () => {
        const toRead = await see(look, appointment);
        if (toRead !== undefined) again.push(toRead);
      });
      const start = appointment.times?.start ?? last;
      if (start > last && start < before) last = start;
    }
    await readTogether(look, again, async (read) => {
      if (read.kind !== "trouble") await prepareUnready(look, read.found);
    });
  }
  return { last };
}
