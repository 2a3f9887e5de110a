/**
 * The connector report in the order of one of its columns. Each page reads the whole time once and holds the page's visits
 * only, so that a sorted report costs as much as the charts do, and no more memory with more visits.
 */
import { createHash } from "node:crypto";
import { compareNames } from "../../../domain/formatters.ts";
import { objectId } from "../../../domain/guid.ts";
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

/** The most members of staff whose names are read from the directory in order to sort by them. */
export const MOST_STAFF = 300;

type Value = string | number | undefined;
/** Where a visit stands in the order. */
interface Position extends Pick<Usage, "start" | "id"> {
  readonly value: Value;
  /** A hash of the names that the order rested on. */
  readonly names?: string | undefined;
}

/** Why visits are not sorted by staff: there are more than can be sorted by, or the directory did not name all of them now. */
export type NotSorted = "too-many-staff" | "directory-silent";

/**
 * Sorted by staff or by departments, the order is that of their names at this moment; a primary whom the directory has no
 * more comes last. A page that goes on after another in an order of other names would leave out whoever has moved between
 * their two positions, or show somebody twice. So a position tells by a hash which names its order rests on, and where they
 * are others by now, the first page comes again. Where the directory does not answer for somebody, there is no page.
 * @param after the `next` of the page before; anything else gives the first page
 */
export async function sortedPageOf(
  picks: RowPicks,
  filter: ReportFilter,
  { after, sort }: { readonly after: string; readonly sort: Sort },
): Promise<ReportPage | NotSorted> {
  const looked = await lookups(picks, filter.only);
  const position = await sortedPositionIn(after, sort.column, looked);
  const goingOn = await bestOf(picks, filter, { looked, sort, last: position });
  if (typeof goingOn === "string") return goingOn;
  const isAnew = position !== undefined && position.names !== goingOn.names;
  const found = isAnew ? await bestOf(picks, filter, { looked, sort, last: undefined }) : goingOn;
  if (typeof found === "string") return found;
  const { best, damaged, names } = found;
  const shown = best.slice(0, ON_A_PAGE);
  const end = shown.at(-1);
  const rows = await looked.rows(
    shown.map(({ usage }) => usage),
    ["names", "limit"],
  );
  return {
    rows,
    damaged,
    unread: looked.unread,
    ...(isAnew && { isAnew }),
    ...(best.length > shown.length && end && { next: textOf({ ...end, names }, sort.column) }),
  };
}

interface Best {
  /** In their order, and one more than a page has where there is a next one. */
  readonly best: readonly (Position & { readonly usage: Usage })[];
  readonly damaged: number;
  /** A hash of the names that the order rests on; undefined where it rests on none. */
  readonly names: string | undefined;
}

/** The first visits after a position, of the whole time. */
async function bestOf(
  picks: RowPicks,
  filter: ReportFilter,
  of: { readonly looked: Lookups; readonly sort: Sort; readonly last: Position | undefined },
): Promise<Best | NotSorted> {
  const { looked, sort, last } = of;
  const valueOf = valuesOf(looked, sort.column);
  const compare = comparing(sort);
  const best: (Position & { readonly usage: Usage })[] = [];
  const { named, ofStaff } = sort.column;
  const names = new Map<string, Value>();
  let damaged = 0;
  for await (const slice of usagesOf(picks, filter)) {
    damaged += slice.damaged;
    if (ofStaff !== undefined) {
      for (const id of slice.usages.flatMap((usage) => named?.(usage) ?? [])) names.set(id, undefined);
      if (names.size > MOST_STAFF) return "too-many-staff";
    }
    for (const { usage, value } of await valueOf(slice.usages)) {
      const id = named?.(usage);
      if (id !== undefined) names.set(id, value);
      const position: Best["best"][number] = { id: usage.id, start: usage.start, value, usage };
      if (last !== undefined && compare(position, last) <= 0) continue;
      const at = best.findIndex((one) => compare(position, one) < 0);
      // One more than the page has tells whether there is a next one.
      if (at >= 0) best.splice(at, 0, position);
      else if (best.length <= ON_A_PAGE) best.push(position);
      if (best.length > ON_A_PAGE + 1) best.pop();
    }
  }
  if (ofStaff !== undefined && looked.wasSilent()) return "directory-silent";
  return { best, damaged, names: named && hashed(names) };
}

/** By what visits are sorted; for a column of staff nothing where the directory does not name the primary. */
function valuesOf(looked: Lookups, column: Column) {
  const wanted: readonly Wanted[] =
    column.ofStaff !== undefined ? ["names"] : column.ofMonth ? ["limit"] : [];
  return async (usages: readonly Usage[]) =>
    (await looked.rows(usages, wanted)).map((row) => ({
      usage: row.usage,
      value:
        column.ofStaff === undefined
          ? column.of(row)
          : row.primary && staffValue(column.ofStaff, row.primary),
    }));
}

const staffValue = (of: (person: Person) => Value, person: Person): Value =>
  person.email === undefined ? undefined : of(person);

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

/**
 * The moment, the visit, the hash of the names where the order rests on some, and the value as JSON where there is one. Of
 * staff an address has the account, and not the name.
 */
function textOf(
  { id, start, value, usage, names }: Position & { readonly usage: Usage },
  { ofStaff, named }: Column,
): string {
  const said = ofStaff !== undefined && value !== undefined ? named?.(usage) : value;
  return [start.toISOString(), id, names ?? [], said === undefined ? [] : JSON.stringify(said)]
    .flat()
    .join(" ");
}

const hashed = (names: ReadonlyMap<string, Value>): string =>
  createHash("sha256")
    .update(JSON.stringify([...names].sort(([one], [other]) => (one < other ? -1 : 1))))
    .digest("base64url")
    .slice(0, 8);

async function sortedPositionIn(
  after: string,
  { named, ofStaff }: Column,
  looked: Lookups,
): Promise<Position | undefined> {
  const position = positionIn(after);
  if (position === undefined) return undefined;
  const [, , ...rest] = after.split(" ");
  const names = named && (rest.shift() ?? "");
  if (rest.length === 0) return { ...position, names, value: undefined };
  const value = valueIn(rest.join(" "));
  if (value === undefined) return undefined;
  if (ofStaff === undefined) return { ...position, names, value };
  const account = objectId.safeParse(value).data;
  if (account === undefined) return undefined;
  return { ...position, names, value: staffValue(ofStaff, await looked.person(account)) };
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
