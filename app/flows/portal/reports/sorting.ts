/**
 * The connector report in the order of one of its columns. Each page reads the whole time once and holds the page's visits
 * only, so that a sorted report costs as much as the charts do, and no more memory with more visits.
 */
import { createHash } from "node:crypto";
import { compareNames } from "../../../domain/formatters.ts";
import { objectId } from "../../../domain/guid.ts";
import { METRICS } from "../../../domain/metrics.ts";
import type { Usage } from "../../../domain/usage.ts";
import type { ReportFilter } from "./asked.ts";
import type { Column } from "./columns.ts";
import { ON_A_PAGE, positionIn, type ReportPage } from "./page.ts";
import { lookups, usagesOf, type Lookups, type Person, type RowPicks, type Wanted } from "./rows.ts";

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

/** Names of so many members of staff, and of no more, are read from the directory to sort by them. */
export const MOST_STAFF = 300;

type Value = string | number | undefined;
/** Where a visit stands in the order. */
interface Position extends Pick<Usage, "start" | "id"> {
  readonly value: Value;
}

/** Why visits are not sorted by staff: there are more than can be sorted by, or the directory did not name all of them now. */
export type NotSorted = "too-many-staff" | "directory-silent";

/**
 * Sorted by staff, the order is that of the names in the directory at this moment; whom it has no more comes last. Were
 * somebody last because it did not answer, the next page would leave out whoever stands between their two positions.
 * @param after the `next` of the page before; anything else gives the first page
 */
export async function sortedPageOf(
  picks: RowPicks,
  filter: ReportFilter,
  { after, sort }: { readonly after: string; readonly sort: Sort },
): Promise<ReportPage | NotSorted> {
  const looked = await lookups(picks, filter.only);
  const valueOf = valuesOf(looked, sort.column);
  const position = await sortedPositionIn(after, sort.column, looked);
  const last = position === "renamed" ? undefined : position;
  const compare = comparing(sort);
  const best: (Position & { readonly usage: Usage })[] = [];
  const staff = new Set<string>();
  let damaged = 0;
  for await (const page of usagesOf(picks, filter)) {
    damaged += page.damaged;
    if (sort.column.ofStaff !== undefined)
      for (const usage of page.usages) for (const one of primaryOf(usage)) staff.add(one);
    if (staff.size > MOST_STAFF) return "too-many-staff";
    for (const { usage, value } of await valueOf(page.usages)) {
      const position = { id: usage.id, start: usage.start, value, usage };
      if (last !== undefined && compare(position, last) <= 0) continue;
      const at = best.findIndex((one) => compare(position, one) < 0);
      // One more than the page has tells whether there is a next one.
      if (at >= 0) best.splice(at, 0, position);
      else if (best.length <= ON_A_PAGE) best.push(position);
      if (best.length > ON_A_PAGE + 1) best.pop();
    }
  }
  if (sort.column.ofStaff !== undefined && looked.wasSilent()) return "directory-silent";
  const shown = best.slice(0, ON_A_PAGE);
  const end = shown.at(-1);
  const rows = await looked.rows(
    shown.map(({ usage }) => usage),
    ["names", "limit"],
  );
  return {
    rows,
    damaged,
    ...(position === "renamed" && { isAnew: true }),
    ...(best.length > shown.length && end && { next: textOf(end, sort.column) }),
  };
}

const primaryOf = (usage: Usage): readonly string[] => {
  const account = METRICS.primary.of(usage);
  return account === undefined ? [] : [account];
};

/** By what visits are sorted; for a column of staff nothing where the directory does not name the primary. */
function valuesOf(looked: Lookups, column: Column) {
  const wanted: readonly Wanted[] =
    column.ofStaff !== undefined ? ["names"] : column.ofMonth ? ["limit"] : [];
  return async (usages: readonly Usage[]) =>
    (await looked.rows(usages, wanted)).map((row) => ({
      usage: row.usage,
      value: column.ofStaff === undefined ? column.of(row) : row.primary && staffValue(column, row.primary),
    }));
}

const staffValue = ({ ofStaff }: Column, person: Person): Value =>
  person.email === undefined ? undefined : ofStaff?.(person);

/** Visits without a value come last in both directions; those of the same value come latest first. */
function comparing({ isDown }: Sort): (one: Position, other: Position) => number {
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

/** Of staff an address has the account, and not the name; a part of the name's hash tells whether it is the same still. */
const textOf = (
  { id, start, value, usage }: Position & { readonly usage: Usage },
  { ofStaff }: Column,
): string => {
  const said =
    ofStaff !== undefined && value !== undefined
      ? [METRICS.primary.of(usage), hashed(value)].join(" ")
      : value;
  return [start.toISOString(), id, ...(said === undefined ? [] : [JSON.stringify(said)])].join(" ");
};

const hashed = (value: Value): string =>
  createHash("sha256").update(String(value)).digest("base64url").slice(0, 8);

async function sortedPositionIn(
  after: string,
  column: Column,
  looked: Lookups,
): Promise<Position | "renamed" | undefined> {
  const position = positionIn(after);
  const [, , ...said] = after.split(" ");
  if (position === undefined || said.length === 0) return position && { ...position, value: undefined };
  const value = valueIn(said.join(" "));
  if (value === undefined) return undefined;
  if (column.ofStaff === undefined) return { ...position, value };
  const [id, hash] = String(value).split(" ");
  const account = objectId.safeParse(id).data;
  if (account === undefined) return undefined;
  const now = staffValue(column, await looked.person(account));
  return hashed(now) === hash ? { ...position, value: now } : "renamed";
}

function valueIn(json: string): Value {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "string" || typeof value === "number" ? value : undefined;
  } catch {
    // Somebody has changed the address.
    return undefined;
  }
}
