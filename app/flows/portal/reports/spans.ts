/** The spans of a chart over time: days, or longer ones where there would be too many days. */
import type { ReportFilter } from "./asked.ts";
import { daysIn } from "./whose.ts";

export type SpanIs = "day" | "week" | "month";

export interface Spans<C> {
  readonly is: SpanIs;
  /** The counts of the span of a moment; undefined outside the range. */
  at(moment: Date): C | undefined;
  all(): readonly { readonly says: string; readonly counts: C }[];
}

const DAY_MS = 86_400_000;

/** All spans of the range, including those without a visit. @param none makes the counts of a span without any */
export function spansOf<C>(filter: ReportFilter, none: () => C): Spans<C> {
  const is = spanFor(filter);
  const counts = new Map<string, C>();
  for (let at = Date.parse(filter.firstDay); at <= Date.parse(filter.lastDay); at += DAY_MS)
    counts.set(spanOf(new Date(at).toISOString().slice(0, 10), is), none());
  const dayAt = daysIn(filter.zone);
  return {
    is,
    at: (moment) => counts.get(spanOf(dayAt(moment), is)),
    all: () => [...counts].map(([says, its]) => ({ says, counts: its })),
  };
}

function spanFor({ from, before }: ReportFilter): SpanIs {
  const days = (before.getTime() - from.getTime()) / DAY_MS;
  if (days <= 45) return "day";
  return days <= 200 ? "week" : "month";
}

/** The name of a day's span: its first day, or its month. */
function spanOf(day: string, spanIs: SpanIs): string {
  if (spanIs === "day") return day;
  if (spanIs === "month") return day.slice(0, 7);
  const at = new Date(day);
  const sinceMonday = (at.getUTCDay() + 6) % 7;
  return new Date(at.getTime() - sinceMonday * DAY_MS).toISOString().slice(0, 10);
}

export const categoriesAre = (spanIs: SpanIs): string =>
  spanIs === "week" ? "Week from" : spanIs === "day" ? "Day" : "Month";
