/**
 * Ranges of time, and how they are halved. Where an answer fails every time, because of one record that cannot be shown or
 * because it is too large, the time that was asked for is halved until the failing part hides only little. Finding visits
 * and a launch cut alike, at the half hours of the clock.
 */

/** A range of the times at which visits start. */
export interface Range {
  readonly from: Date;
  readonly before: Date;
}

/** The time is not cut more finely than into the half hours of the clock. */
export const SHORT_MS = 30 * 60_000;

export const halfHourOf = (moment: Date): number => Math.floor(moment.getTime() / SHORT_MS) * SHORT_MS;

export const isInside = ({ from, before }: Range, moment: number): boolean =>
  moment > from.getTime() && moment < before.getTime();

/** Whether the range lies within one half hour of the clock, so that it is not cut any more. */
export const isShort = ({ from, before }: Range): boolean => before.getTime() <= halfHourOf(from) + SHORT_MS;

/** Where a range that is not short is halved: at a half hour of the clock, which is the same each time. */
export function middleOf({ from, before }: Range): number {
  const middle = halfHourOf(new Date((from.getTime() + before.getTime()) / 2));
  return middle > from.getTime() ? middle : middle + SHORT_MS;
}

/** The range in pieces, in the order of time. */
export function cutAt(range: Range, cuts: readonly number[]): Range[] {
  const within = cuts.filter((cut) => isInside(range, cut)).sort((one, other) => one - other);
  const ends = [...within.map((cut) => new Date(cut)), range.before];
  return ends.map((end, index) => ({ from: ends[index - 1] ?? range.from, before: end }));
}
