/** Sums up how good the calls of visits were, reading the visits once and slice by slice. */
import { USUAL_LIMITS, type QualityLimits } from "../../../domain/callQuality.ts";
import { METRICS } from "../../../domain/metrics.ts";
import { isUnreadable, type UnreadableSetting } from "../../../records/unreadableSetting.ts";
import type { ReportFilter } from "./asked.ts";
import { reportsSet, usagesOf, type RowPicks } from "./rows.ts";
import { spansOf, type SpanIs } from "./spans.ts";

export const GRADES = ["good", "poor", "none"] as const;
export type Grade = (typeof GRADES)[number];
type Counts = Record<Grade, number>;

export interface QualitySummary {
  readonly limits: QualityLimits;
  readonly counts: Readonly<Counts>;
  readonly spans: readonly { readonly says: string; readonly counts: Readonly<Counts> }[];
  readonly spanIs: SpanIs;
  /** For each limit, in how many visits it was passed. */
  readonly beyond: Readonly<Record<keyof QualityLimits, number>>;
  readonly damaged: number;
  /** What is set of reports, where it cannot be read. */
  readonly unread: readonly UnreadableSetting[];
}

const none = (): Counts => ({ good: 0, poor: 0, none: 0 });

export async function qualitySummaryOf(picks: RowPicks, filter: ReportFilter): Promise<QualitySummary> {
  // The limits that an administrator has set, or the usual ones.
  const set = await reportsSet(picks);
  const [limits, unread] = isUnreadable(set) ? [USUAL_LIMITS, [set]] : [set?.value ?? USUAL_LIMITS, []];
  const spans = spansOf(filter, none);
  const counts = none();
  const beyond = { lossPercent: 0, jitterMs: 0, roundTripMs: 0, poorStreamsPercent: 0 };
  let damaged = 0;
  for await (const slice of usagesOf(picks, filter)) {
    damaged += slice.damaged;
    for (const usage of slice.usages) {
      const judged = METRICS.callQuality.of(usage, limits);
      const grade: Grade = judged === undefined ? "none" : judged.says === "Good" ? "good" : "poor";
      counts[grade] += 1;
      const span = spans.at(usage.start);
      if (span !== undefined) span[grade] += 1;
      for (const limit of judged?.beyond ?? []) beyond[limit] += 1;
    }
  }
  return { limits, counts, spans: spans.all(), spanIs: spans.is, beyond, damaged, unread };
}
