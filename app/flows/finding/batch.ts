/**
 * Reads one batch of locations, search by search. A search that breaks off is continued from where it came to. Where a page
 * fails every time (for example because one record cannot be shown), the time range that it lies in is halved until it hides
 * only little.
 */
import type { BrokenOff } from "../../ports/systemEhr.ts";
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
/** How many searches one batch gets in one round. */
const MOST_SEARCHES = 24;
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

export async function readBatch(look: Look, locations: readonly string[], range: Range): Promise<BatchRead> {
  const toRead = [range];
  let gap: string | undefined;
  for (let searches = 0; ; searches++) {
    const next = toRead.shift();
    if (next === undefined) return gap === undefined ? { kind: "whole" } : { kind: "gaps", why: gap };
    const { broken, last } = await searchIn(look, locations, next);
    if (broken === undefined) continue;
    const { kind } = broken.by;
    const why = broken.by.kind === "shut-out" ? broken.by.why : kind;
    if (kind === "limited" || kind === "shut-out" || isSilent(look)) return { kind: "stopped", why };
    if (searches + 1 >= MOST_SEARCHES) return { kind: "gaps", why };
    // The rest after the last start that was seen is read next, so that soon visits come first; the halves of a range that
    // fails come last, in turn.
    if (last > next.from) toRead.unshift({ from: last, before: next.before });
    else if (next.before.getTime() - next.from.getTime() > SHORT_MS) toRead.push(...halvesOf(next));
    else gap = why;
  }
}

const isSilent = ({ came }: Look) => !came.isAnswered && came.unanswered >= MOST_UNANSWERED;

function halvesOf({ from, before }: Range): readonly Range[] {
  const middle = new Date((from.getTime() + before.getTime()) / 2);
  return [
    { from, before: middle },
    { from: middle, before },
  ];
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
): Promise<Searched> {
  const { came } = look;
  let last = from;
  for await (const page of look.seeing.at.chart.appointments({ locations, from, before })) {
    look.signal.throwIfAborted();
    if (page.kind === "broken-off") {
      // The chart did answer, and with less to say about half the time it may be read.
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
