/**
 * How a batch of locations is asked whose answers were too large: where the time is cut, and which half hours are not asked
 * for. A process keeps it from round to round: what one round has found out, the next one begins with. Each round tries a
 * few of the cuts and half hours anew, so that what the chart system answers again in one piece is soon asked for in one.
 */
import { isYounger } from "../../domain/age.ts";
import {
  cutAt,
  halfHourOf,
  isInside,
  isShort,
  middleOf,
  SHORT_MS,
  type Range,
} from "../../domain/halfHours.ts";

/** A range that is searched, or the rest of one. */
export interface Piece extends Range {
  /** When the range begins, in milliseconds since 1970. The rest of a range has another `from`. */
  readonly key: number;
}

/** How much is asked in one round, and for how long what was read is not owed again. */
export interface Budget {
  /** How many of the pieces into which the time is cut are searched in one round. */
  readonly pieces: number;
  readonly freshMs: number;
}

const HOUR_MS = 3_600_000;
/** How many appointments a page has at most once a page of the usual size was too large. */
const FEW_ON_PAGE = 20;
/** How long what was too large is not asked for again. */
const NOT_AGAIN_BEFORE_MS = HOUR_MS;
/** Visits that start so soon are searched for in each round, however many pieces there are. */
const SOON_MS = 2 * HOUR_MS;
/** How many cuts and half hours are tried anew in one round, until all that were tried could be read. */
const FEW_TRIES = 2;
/** What lies further back is read by no round. */
const FORGOTTEN_MS = 8 * 24 * HOUR_MS;

export class Narrowed {
  /** Whether the log says that answers are too large. */
  isTold = false;
  #mostOnPage: number | undefined;
  #lastTooLarge = 0;
  /** The moments at which the time is cut, and when it was last found that each is needed. */
  readonly #cuts = new Map<number, number>();
  /** The half hours that are too large, by their beginning, and when each was last asked for. */
  readonly #hidden = new Map<number, number>();
  /** When the piece that begins at a moment was last read. */
  readonly #readAt = new Map<number, number>();
  #tries = FEW_TRIES;
  /** What is tried anew in this round: cuts that are left out, and half hours that are asked for. */
  #left = new Set<number>();
  #again = new Set<number>();
  #tried: "nothing" | "read" | "failed" = "nothing";

  /** How many appointments a page may have; undefined while pages of the usual size can be read. */
  get mostOnPage(): number | undefined {
    return this.#mostOnPage;
  }

  /**
   * Begins a round: the pieces that it reads, and those that are left to the next ones. Soon visits come first, then what is
   * tried anew, then what was not read for the longest time.
   */
  piecesOf(
    range: Range,
    now: Date,
    { pieces }: Budget,
  ): { readonly toRead: Piece[]; readonly owed: Piece[] } {
    this.#forget(range, now);
    this.#choose(range, now);
    const cuts = [...this.#cuts.keys()].filter((cut) => !this.#left.has(cut));
    const all = cutAt(range, cuts)
      .map((piece) => ({ ...piece, key: piece.from.getTime() }))
      .filter((piece) => !this.#isHidden(piece) || this.#again.has(halfHourOf(piece.from)));
    const readAt = ({ key }: Piece) => this.#readAt.get(key) ?? 0;
    const rank = (piece: Piece) => (piece.key < now.getTime() + SOON_MS ? 0 : this.#isTried(piece) ? 1 : 2);
    const inTurn = all.toSorted(
      (one, other) => rank(one) - rank(other) || (rank(one) === 2 ? readAt(one) - readAt(other) : 0),
    );
    return { toRead: inTurn.slice(0, pieces), owed: inTurn.slice(pieces) };
  }

  /** An answer was too large. @returns whether fewer appointments on a page have not been tried yet; from now on they are */
  triesFewer(now: Date): boolean {
    this.#lastTooLarge = now.getTime();
    const isNew = this.#mostOnPage === undefined;
    this.#mostOnPage = FEW_ON_PAGE;
    return isNew;
  }

  /** What is read instead of a piece that is too large; nothing where it is too short, which hides it for an hour. */
  instead(piece: Piece, now: Date): readonly Piece[] {
    const at = now.getTime();
    const inside = [...this.#left].filter((cut) => isInside(piece, cut));
    if (inside.length > 0) {
      this.#tried = "failed";
      for (const cut of inside) {
        this.#left.delete(cut);
        this.#cuts.set(cut, at);
      }
      return piecesBetween(piece, inside);
    }
    if (isShort(piece)) {
      const halfHour = halfHourOf(piece.from);
      if (this.#again.has(halfHour)) this.#tried = "failed";
      this.#hidden.set(halfHour, at);
      for (const border of [halfHour, halfHour + SHORT_MS]) this.#cuts.set(border, at);
      return [];
    }
    const middle = middleOf(piece);
    this.#cuts.set(middle, at);
    return piecesBetween(piece, [middle]);
  }

  /** A piece was read to its end. */
  wasRead({ key, before }: Piece, now: Date): void {
    // When a piece was read is asked only where the range is cut; otherwise each round would leave a moment.
    if (this.#cuts.size > 0) this.#readAt.set(key, now.getTime());
    const whole = { from: new Date(key), before };
    for (const cut of [...this.#left].filter((one) => isInside(whole, one))) {
      this.#left.delete(cut);
      this.#cuts.delete(cut);
      if (this.#tried === "nothing") this.#tried = "read";
    }
    if (isShort(whole) && this.#hidden.delete(halfHourOf(whole.from)) && this.#tried === "nothing")
      this.#tried = "read";
  }

  /**
   * Ends a round.
   * @param owed the pieces that were not read
   * @returns how many half hours of the range are not known: those that are too large, and those of pieces that were not
   * read lately (`isBegun`: there are such pieces)
   */
  end(
    range: Range,
    owed: readonly Piece[],
    now: Date,
    { pieces, freshMs }: Budget,
  ): { readonly halfHours: number; readonly isBegun: boolean } {
    if (this.#tried === "failed") this.#tries = FEW_TRIES;
    if (this.#tried === "read") this.#tries = Math.min(2 * this.#tries, pieces);
    const unread = owed.filter(({ key }) => !isYounger(this.#readAt.get(key) ?? NaN, now, freshMs));
    const long = unread.reduce((sum, { from, before }) => sum + (before.getTime() - from.getTime()), 0);
    const hidden = this.#hiddenIn(range).length;
    return { halfHours: Math.ceil(long / SHORT_MS) + hidden, isBegun: unread.length > 0 };
  }

  #hiddenIn({ from, before }: Range): readonly (readonly [halfHour: number, asked: number])[] {
    return [...this.#hidden].filter(
      ([halfHour]) => halfHour + SHORT_MS > from.getTime() && halfHour < before.getTime(),
    );
  }

  #isTried = (piece: Piece): boolean =>
    this.#again.has(halfHourOf(piece.from)) || [...this.#left].some((cut) => isInside(piece, cut));

  #isHidden = (piece: Range): boolean => isShort(piece) && this.#hidden.has(halfHourOf(piece.from));

  #forget({ from }: Range, now: Date): void {
    for (const known of [this.#cuts, this.#hidden, this.#readAt])
      for (const moment of known.keys()) if (moment < now.getTime() - FORGOTTEN_MS) known.delete(moment);
    const isNarrow = [...this.#cuts.keys()].some((cut) => cut > from.getTime());
    if (!isNarrow && !isYounger(this.#lastTooLarge, now, NOT_AGAIN_BEFORE_MS)) this.#mostOnPage = undefined;
  }

  /** Chooses what is tried anew: what was not for the longest time. A cut beside a half hour that is too large stays. */
  #choose(range: Range, now: Date): void {
    this.#tried = "nothing";
    const isDue = (last: number) => !isYounger(last, now, NOT_AGAIN_BEFORE_MS);
    const cuts = [...this.#cuts].filter(
      ([cut]) => isInside(range, cut) && !this.#hidden.has(cut) && !this.#hidden.has(cut - SHORT_MS),
    );
    const chosen = [
      ...this.#hiddenIn(range).map(([at, last]) => ({ at, last, is: "half hour" as const })),
      ...cuts.map(([at, last]) => ({ at, last, is: "cut" as const })),
    ]
      .filter(({ last }) => isDue(last))
      .sort((one, other) => one.last - other.last)
      .slice(0, this.#tries);
    this.#left = new Set(chosen.flatMap(({ at, is }) => (is === "cut" ? [at] : [])));
    this.#again = new Set(chosen.flatMap(({ at, is }) => (is === "cut" ? [] : [at])));
  }
}

export const notNarrowed = (): Narrowed => new Narrowed();

/** Both halves of a piece that is not short. */
export const halvesOf = (piece: Piece): readonly Piece[] => piecesBetween(piece, [middleOf(piece)]);

/** The first of the pieces goes on being the one that it was cut from. */
const piecesBetween = (piece: Piece, cuts: readonly number[]): readonly Piece[] =>
  cutAt(piece, cuts).map((part, index) => ({ ...part, key: index === 0 ? piece.key : part.from.getTime() }));
