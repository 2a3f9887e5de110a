/** One page of the connector report. The next page goes on after the last visit that this one shows. */
import type { Usage } from "../../../domain/usage.ts";
import { isVisitId } from "../../../domain/linkToken.ts";
import type { ReportFilter } from "./asked.ts";
import { lookups, usagesOf, type Lookups, type ReportRow, type RowPicks } from "./rows.ts";

export const ON_A_PAGE = 50;

export interface ReportPage {
  readonly rows: readonly ReportRow[];
  /** The value of `after` for the next page. */
  readonly next?: string;
  readonly damaged: number;
  /** The settings that cannot be read, and that the rows were made without. */
  readonly unread: Lookups["unread"];
  /** It is the first page again, because names by which it is sorted have changed since the page before. */
  readonly isAnew?: boolean;
}

/**
 * @param after the `next` of the page before; anything else gives the first page
 * @param keeps whether a visit is shown; left out, each is
 */
export async function reportPageOf(
  picks: RowPicks,
  filter: ReportFilter,
  { after, keeps = () => true }: { readonly after: string; readonly keeps?: (usage: Usage) => boolean },
): Promise<ReportPage> {
  const last = positionIn(after);
  const isAfter = ({ id, start }: Usage): boolean => {
    if (last === undefined) return true;
    const by = start.getTime() - last.start.getTime() || (id < last.id ? -1 : Number(id > last.id));
    return filter.order === "newest" ? by < 0 : by > 0;
  };
  const found: Usage[] = [];
  let damaged = 0;
  for await (const slice of usagesOf(picks, from(filter, last?.start))) {
    found.push(...slice.usages.filter((usage) => isAfter(usage) && keeps(usage)));
    damaged += slice.damaged;
    if (found.length > ON_A_PAGE) break;
  }
  const shown = found.slice(0, ON_A_PAGE);
  const end = shown.at(-1);
  const looked = await lookups(picks, filter.only);
  const rows = await looked.rows(shown, ["names", "limit"]);
  const hasMore = found.length > ON_A_PAGE && end !== undefined;
  const { unread } = looked;
  return { rows, damaged, unread, ...(hasMore && { next: [end.start.toISOString(), end.id].join(" ") }) };
}

/** Narrows the range, so that visits of earlier pages are not read again, except those of the very same moment. */
function from(filter: ReportFilter, last: Date | undefined): ReportFilter {
  if (last === undefined || last < filter.from || last >= filter.before) return filter;
  return filter.order === "newest"
    ? { ...filter, before: new Date(last.getTime() + 1) }
    : { ...filter, from: last };
}

export function positionIn(after: string): Pick<Usage, "start" | "id"> | undefined {
  const [moment = "", id = ""] = after.split(" ");
  const start = new Date(moment);
  return Number.isNaN(start.getTime()) || !isVisitId(id) ? undefined : { start, id };
}
