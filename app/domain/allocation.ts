/**
 * When a month's allocation of visits runs out, with its uncertainty. The visits of a day vary by the weekday and by chance,
 * and all days of a month together may be busier or calmer than the weeks before. The last eight weeks say how much each of
 * these varies.
 */

/** Days from today on, 0 being today. A day is absent if it is not among the days that were asked about. */
export interface RunsOut {
  /** With a chance of one in ten it runs out before this day. */
  readonly early?: number;
  /** It is as likely to run out before this day as after it. */
  readonly likely?: number;
  /** With a chance of one in ten it runs out after this day. */
  readonly late?: number;
}

export const HISTORY_DAYS = 56;
const WEEK = 7;
/** The number of standard deviations above its mean beyond which one in ten values of a normal distribution lies. */
const ONE_IN_TEN = 1.2816;

/**
 * @param history completed visits of each day before today, yesterday's last
 * @param remaining visits that are left when today begins
 * @param days how many days are asked about, today included
 * @returns undefined where there is too little history to say anything: fewer than four weeks, or hardly a visit
 */
export function runsOut(history: readonly number[], remaining: number, days: number): RunsOut | undefined {
  const counts = history.slice(-HISTORY_DAYS);
  const weeks = Math.floor(counts.length / WEEK);
  if (weeks < 4) return undefined;
  const known = counts.slice(-weeks * WEEK);
  const total = sum(known);
  if (total < weeks) return undefined;
  const means = Array.from(
    { length: WEEK },
    (_, day) => sum(known.filter((_count, at) => at % WEEK === day)) / weeks,
  );
  const { ofDays, ofLevel } = spread(known, means, weeks);
  const found: { early?: number; likely?: number; late?: number } = {};
  let expected = 0;
  for (let day = 0; day < days; day++) {
    expected += means[day % WEEK] ?? 0;
    // Half a visit is added, because visits are whole numbers.
    const beyond = expected + 0.5 - remaining;
    const deviation = ONE_IN_TEN * Math.sqrt(ofDays * expected + ofLevel * expected ** 2);
    if (beyond >= -deviation) found.early ??= day;
    if (beyond >= 0) found.likely ??= day;
    if (beyond >= deviation) found.late ??= day;
  }
  return found;
}

/**
 * How far the days are from the mean of their weekday, for each visit expected, and how far the weeks differ beyond that.
 */
function spread(known: readonly number[], means: readonly number[], weeks: number) {
  const squares = known.map((count, at) => {
    const mean = means[at % WEEK] ?? 0;
    return mean === 0 ? 0 : (count - mean) ** 2 / mean;
  });
  const kinds = means.filter((mean) => mean > 0).length;
  const ofDays = sum(squares) / Math.max(1, kinds * (weeks - 1));
  const totals = Array.from({ length: weeks }, (_, week) => sum(known.slice(week * WEEK, (week + 1) * WEEK)));
  const mean = sum(totals) / weeks;
  const variance = sum(totals.map((one) => (one - mean) ** 2)) / (weeks - 1);
  const beyondDays = Math.max(0, variance - ofDays * mean) / mean ** 2;
  // The mean itself is uncertain, too, because it comes from few weeks.
  return { ofDays, ofLevel: beyondDays + variance / mean ** 2 / weeks };
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
