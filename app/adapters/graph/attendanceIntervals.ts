/**
 * When somebody was in a meeting, by an attendance report. Now and then Graph leaves out when somebody came or left
 * (https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/8572). Whoever has a record was there all the same.
 */
import * as z from "zod";
import type { AttendanceReport } from "../../ports/attendance.ts";

export const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
export const interval = z.object({ joinDateTime: moment.optional(), leaveDateTime: moment.optional() });

type Interval = z.output<typeof interval>;
type Span = AttendanceReport["people"][number]["stays"][number];

/** What is certain of an interval. A time of leaving before that of coming does not count, nor does the year 1. */
const told = (found: Interval | undefined): Partial<Span> => {
  const [from, to] = [found?.joinDateTime, found?.leaveDateTime].map((at) =>
    at !== undefined && at.getUTCFullYear() > 1 ? at : undefined,
  );
  const isTurned = from !== undefined && to !== undefined && to < from;
  return { ...(from && { from }), ...(to && !isTurned && { to }) };
};

export const momentsIn = (found: Interval | undefined): readonly Date[] => Object.values(told(found));

/**
 * Where an end of one interval is missing, it is worked out from what the others leave of the total; where they leave nothing,
 * the interval is empty. Without a total, the meeting's own start or end is used.
 * @param total seconds
 * @param meeting when the meeting was; undefined where the report does not tell
 */
export function staysIn(
  intervals: readonly (Interval | undefined)[],
  total: number | undefined,
  meeting: Span | undefined,
): readonly Span[] {
  const all = intervals.length === 0 ? [{}] : intervals.map(told);
  const whole = all.filter((one) => isWhole(one));
  const isOnlyOne = all.length - whole.length === 1;
  const rest = total === undefined ? undefined : Math.max(0, total * 1000 - sum(whole));
  return all
    .flatMap((one) => (isWhole(one) ? one : completed(one, isOnlyOne ? rest : undefined, meeting)))
    .toSorted(byStart);
}

const isWhole = (one: Partial<Span>): one is Span => one.from !== undefined && one.to !== undefined;
const sum = (spans: readonly Span[]): number =>
  spans.reduce((all, { from, to }) => all + to.getTime() - from.getTime(), 0);
const byStart = (one: Span, other: Span) => one.from.getTime() - other.from.getTime();

/** @param rest how long it was, in milliseconds; undefined where that is not known */
function completed(
  { from, to }: Partial<Span>,
  rest: number | undefined,
  meeting: Span | undefined,
): readonly Span[] {
  if (from !== undefined) {
    const last = latest([from, ...(meeting ? [meeting.to] : [])]) ?? from;
    return [
      { from, to: rest === undefined ? last : new Date(Math.min(from.getTime() + rest, last.getTime())) },
    ];
  }
  if (to !== undefined) {
    const first = earliest([to, ...(meeting ? [meeting.from] : [])]) ?? to;
    return [
      { from: rest === undefined ? first : new Date(Math.max(to.getTime() - rest, first.getTime())), to },
    ];
  }
  if (meeting === undefined || rest === 0) return [];
  return completed({ from: meeting.from }, rest, meeting);
}

export const earliest = ([first, ...others]: readonly Date[]): Date | undefined =>
  others.reduce<Date | undefined>((one, other) => (one !== undefined && other < one ? other : one), first);
export const latest = ([first, ...others]: readonly Date[]): Date | undefined =>
  others.reduce<Date | undefined>((one, other) => (one !== undefined && other > one ? other : one), first);
