/**
 * Reads one batch of locations, search by search. A search that breaks off is continued from where it came to. Where a page
 * fails every time (for example because one record cannot be shown), the time range that it lies in is halved until it hides
 * only little. A page that is too large to be read is first asked for with fewer appointments on it (narrowed.ts).
 */
import type { BrokenOff } from "../../ports/systemEhr.ts";
import type { FoundVisit } from "../../domain/found.ts";
import { isShort, type Range } from "../../domain/halfHours.ts";
import { isOfRecord, markUnread } from "./changeUnread.ts";
import { prepareUnready, see, unlessDamaged, type Look } from "./look.ts";
import { halvesOf, type Budget, type Narrowed, type Piece } from "./narrowed.ts";
import { readTogether } from "./readTogether.ts";

/** How many searches of one batch may break off in one round. */
const MOST_BROKEN = 24;
/**
 * After this many searches of a round without a page, it is no single page that fails: the chart as a whole does not answer.
 */
const MOST_UNANSWERED = 5;

/** `why` is a code: what went wrong; for a chart that does not let the connector in, the reason of that. */
export type BatchRead =
  | { readonly kind: "whole" }
  /**
   * All was read but for some half hours, because answers were too large: these are asked for again by themselves.
   * `isBegun`: some of them have not been asked for yet, so the next rounds will read more.
   */
  | { readonly kind: "too-large"; readonly halfHours: number; readonly isBegun: boolean }
  /** The batch was read, except for parts of it that could not be read. */
  | { readonly kind: "gaps"; readonly why: string }
  /** Nothing more can be read now, so reading was given up. */
  | { readonly kind: "stopped"; readonly why: string };

export async function readBatch(
  look: Look,
  locations: readonly string[],
  range: Range,
  narrowed: Narrowed,
  budget: Budget,
): Promise<BatchRead> {
  const now = look.parts.queue.now();
  const { toRead, owed } = narrowed.piecesOf(range, now, budget);
  let gap: string | undefined;
  /** The pieces of a search that failed, and was not too large, with the reason. */
  const ofFailed = new Map<Piece, string>();
  for (let brokenOff = 0; toRead.length > 0 && brokenOff < MOST_BROKEN;) {
    const [next] = toRead.splice(0, 1) as [Piece];
    const { broken, last } = await searchIn(look, locations, next, narrowed);
    if (broken === undefined) {
      narrowed.wasRead(next, now);
      continue;
    }
    const { kind } = broken.by;
    // All pages came, and what is missing may lie anywhere in the range. Asking again may show as little, so it waits for the
    // next round.
    if (kind === "incomplete") {
      gap = kind;
      continue;
    }
    const why = broken.by.kind === "shut-out" ? broken.by.why : kind;
    if (kind === "limited" || kind === "shut-out" || isSilent(look)) return { kind: "stopped", why };
    brokenOff += 1;
    const isTooLarge = kind === "too-large";
    const hasFewer = isTooLarge && narrowed.triesFewer(now);
    // The rest after the last start that was seen is read next, so that soon visits come first. So are the parts of what is
    // too large; the halves of a range that fails in another way come last, in turn.
    const failed = isTooLarge ? ofFailed.get(next) : why;
    const goOn = (...pieces: readonly Piece[]) => {
      if (failed !== undefined) for (const piece of pieces) ofFailed.set(piece, failed);
      return pieces;
    };
    if (hasFewer || last > next.from) toRead.unshift(...goOn({ ...next, from: last }));
    else if (isTooLarge) toRead.unshift(...goOn(...narrowed.instead(next, now)));
    else if (!isShort(next)) toRead.push(...goOn(...halvesOf(next)));
    else gap = why;
  }
  gap ??= toRead.map((piece) => ofFailed.get(piece)).find((why) => why !== undefined);
  const unread = [...toRead, ...owed];
  // What was not asked for in this round is not missing.
  for (const [id, { start }] of look.known)
    if (unread.some(({ from, before }) => from <= start && start < before)) look.known.delete(id);
  const { halfHours, isBegun } = narrowed.end(range, unread, now, budget);
  if (gap !== undefined) return { kind: "gaps", why: gap };
  return halfHours === 0 ? { kind: "whole" } : { kind: "too-large", halfHours, isBegun };
}

const isSilent = ({ came }: Look) => !came.isAnswered && came.unanswered >= MOST_UNANSWERED;

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
      if (page.by.kind === "too-large" || page.by.kind === "incomplete") came.isAnswered = true;
      else came.unanswered += 1;
      return { broken: page, last };
    }
    came.isAnswered = true;
    for (const hint of page.hints) {
      if (hint.kind === "entries-skipped") came.unreadable += hint.count;
      if (hint.kind === "entries-kept-back") came.keptBack += hint.count;
    }
    const again: FoundVisit[] = [];
    for (const appointment of page.appointments) {
      await unlessDamaged(look, async () => {
        const toRead = await see(look, appointment);
        if (toRead !== undefined) again.push(toRead);
      });
      const start = appointment.times?.start ?? last;
      if (start > last && start < before) last = start;
    }
    const seeing = { ...look.seeing, isContradicted: true as const };
    await readTogether({ ...look, seeing }, again, async (read) => {
      if (read.kind !== "trouble") return prepareUnready(look, read.found);
      if (isOfRecord(read.trouble)) came.changeUnread += 1;
      else came.changeUnasked += 1;
      // One that takes place, as far as is known, is at risk already.
      if (read.found.standing !== "on") await markUnread(look.parts, read);
    });
  }
  return { last };
}
