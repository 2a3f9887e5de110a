/**
 * The connector report in the order of one of its columns. Each page reads the whole time once and holds the page's visits
 * only, so that a sorted report costs as much as the charts do, and no more memory with more visits.
 */
import { compareNames } from "../../../domain/formatters.ts";
import type { Usage } from "../../../domain/usage.ts";
import type { ReportFilter } from "./asked.ts";
import type { Column } from "./columns.ts";
import { ON_A_PAGE, placeIn, type ReportPage } from "./page.ts";
import { lookups, usagesOf, type RowPicks } from "./rows.ts";

export interface Sort {
  readonly column: Column;
  /** Whether the highest number or the last word comes first. */
  readonly isDown: boolean;
}

/** @param said a column's id, with a minus in front for the other direction; anything else sorts by no column */
export function sortAsked(said: string, columns: readonly Column[]): Sort | undefined {
  const isDown = said.startsWith("-");
  const column = columns.find(({ id, sorts }) => sorts !== undefined && id === said.slice(Number(isDown)));
  return column && { column, isDown };
}

export const sortText = ({ column, isDown }: Sort): string => (isDown ? "-" : "") + column.id;

type Value = string | number | undefined;
/** Where a visit stands in the order. */
interface Place extends Pick<Usage, "start" | "id"> {
  readonly value: Value;
}

/** @param after the `next` of the page before; anything else gives the first page */
export async function sortedPageOf(
  picks: RowPicks,
  filter: ReportFilter,
  { after, sort }: { readonly after: string; readonly sort: Sort },
): Promise<ReportPage> {
  const looked = await lookups(picks, filter.only);
  const last = sortedPlaceIn(after);
  const compare = comparing(sort);
  const best: (Place & { readonly usage: Usage })[] = [];
  let damaged = 0;
  for await (const page of usagesOf(picks, filter)) {
    damaged += page.damaged;
    for (const usage of page.usages) {
      const { id, start, departmentId } = usage;
      const row = {
        usage,
        department: looked.department(departmentId),
        timeZone: "UTC",
        isBeyondLimit: false,
      };
      const place = { id, start, value: sort.column.of(row), usage };
      if (last !== undefined && compare(place, last) <= 0) continue;
      const at = best.findIndex((one) => compare(place, one) < 0);
      // One more than the page has tells whether there is a next one.
      if (at >= 0) best.splice(at, 0, place);
      else if (best.length <= ON_A_PAGE) best.push(place);
      if (best.length > ON_A_PAGE + 1) best.pop();
    }
  }
  const shown = best.slice(0, ON_A_PAGE);
  const end = shown.at(-1);
  const rows = await looked.rows(
    shown.map(({ usage }) => usage),
    false,
  );
  return { rows, damaged, ...(best.length > shown.length && end && { next: textOf(end) }) };
}

/** Visits without a value come last in both directions; those of the same value come latest first. */
function comparing({ isDown }: Sort): (one: Place, other: Place) => number {
  const byValue = (one: Value, other: Value): number => {
    if (one === undefined || other === undefined)
      return Number(one === undefined) - Number(other === undefined);
    const by =
      typeof one === "number" && typeof other === "number"
        ? one - other
        : compareNames(String(one), String(other));
    return isDown ? -by : by;
  };
  return (one, other) =>
    byValue(one.value, other.value) ||
    other.start.getTime() - one.start.getTime() ||
    (one.id < other.id ? -1 : Number(one.id > other.id));
}

const textOf = ({ id, start, value }: Place): string =>
  [start.toISOString(), id, ...(value === undefined ? [] : [JSON.stringify(value)])].join(" ");

function sortedPlaceIn(after: string): Place | undefined {
  const place = placeIn(after);
  const [, , ...said] = after.split(" ");
  if (place === undefined || said.length === 0) return place && { ...place, value: undefined };
  try {
    const value: unknown = JSON.parse(said.join(" "));
    return typeof value === "string" || typeof value === "number" ? { ...place, value } : undefined;
  } catch {
    // Somebody has changed the address.
    return undefined;
  }
}
