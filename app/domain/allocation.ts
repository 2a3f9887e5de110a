/**
 * When a month's allocation of visits runs out, with its uncertainty. Visits of a day vary by the weekday, by chance, and all
 * days of a month together may be busier or calmer than the weeks before: the last eight weeks say how much of each.
 */

/** Days from today on, 0 being today; absent: not in the days that were asked about. */
export interface RunsOut {
  /** With one chance in ten it is before. */
  readonly early?: number;
  /** As likely before it as after. */
  readonly likely?: number;
  /** With one chance in ten it is after. */
  readonly late?: number;
}

export const HISTORY_DAYS = 56;
const WEEK = 7;
/** Of the normal distribution: one in ten is beyond. */
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
    // Half a visit, because visits are whole ones.
    const beyond = expected + 0.5 - remaining;
    const deviation = ONE_IN_TEN * Math.sqrt(ofDays * expected + ofLevel * expected ** 2);
    if (beyond >= -deviation) found.early ??= day;
    if (beyond >= 0) found.likely ??= day;
    if (beyond >= deviation) found.late ??= day;
  }
  return found;
}

/** How far days are from their weekday's mean, for each visit expected; and how far weeks are from each other beyond that. */
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
  // The mean itself is known as well as so many weeks tell it.
  return { ofDays, ofLevel: beyondDays + variance / mean ** 2 / weeks };
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
