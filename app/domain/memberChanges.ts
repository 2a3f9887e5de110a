/** What an audit event tells of a change of a setting: each member with its value before and after. */
import { canonical, type MemberChange, type Plain } from "./auditChain.ts";

/**
 * What differs between two values of a setting, member by member; a list counts as one value. The event is written together
 * with the setting, and both have to fit into one write. So of a very long list only the items are told that went, came or
 * moved. Of the members named in `hidden`, it is told that they changed, without their values.
 */
export function memberChanges(
  before: Plain | undefined,
  after: Plain | undefined,
  hidden: readonly string[] = [],
  member = "",
): readonly MemberChange[] {
  if (hidden.includes(member) && (before !== undefined || after !== undefined))
    return same(before, after) ? [] : [hiddenChange(member, before, after)];
  const [one, other] = [groupOf(before), groupOf(after)];
  if (
    (one ?? other) !== undefined &&
    (one !== undefined || before === undefined) &&
    (other !== undefined || after === undefined)
  )
    return [...new Set([...Object.keys(one ?? {}), ...Object.keys(other ?? {})])]
      .sort()
      .flatMap((name) =>
        memberChanges(one?.[name], other?.[name], hidden, member === "" ? name : member + "." + name),
      );
  if (same(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after) && canonical([before, after]).length > LONG)
    return [itemsChanged(member, before as readonly Plain[], after as readonly Plain[])];
  return [
    changeOf(
      member,
      before === undefined ? undefined : textOf(before),
      after === undefined ? undefined : textOf(after),
    ),
  ];
}

/** Of two lists that together have more characters than this, only what differs is told. */
const LONG = 20_000;
/** Follows the name of such a list. */
export const ITEMS_ONLY = " (what differs)";

/**
 * The items that went and came; an item that is in a list twice counts as two. If all items are the same, only their order
 * differs: then the stretch from the first to the last item that moved is told, or, if that is too long, the mere fact.
 */
function itemsChanged(member: string, before: readonly Plain[], after: readonly Plain[]): MemberChange {
  const [went, came] = [without(before, after), without(after, before)];
  const isOrder = went.length + came.length === 0;
  const [from = "", to = ""] = (isOrder ? moved(before, after) : [went, came]).map(canonical);
  if (isOrder && from.length + to.length > LONG)
    return changeOf(member + ITEMS_ONLY, `${String(before.length)} items`, "the same items in another order");
  return changeOf(member + ITEMS_ONLY, from, to);
}

/** The items of a list without those of the other list. Each of the others takes away one equal item. */
function without(list: readonly Plain[], others: readonly Plain[]): readonly Plain[] {
  const counts = new Map<string, number>();
  for (const one of others.map(canonical)) counts.set(one, (counts.get(one) ?? 0) + 1);
  return list.filter((one) => {
    const left = counts.get(canonical(one)) ?? 0;
    counts.set(canonical(one), left - 1);
    return left <= 0;
  });
}

/** Of two lists with the same items, what is left without their common beginning and their common end. */
function moved(before: readonly Plain[], after: readonly Plain[]): [readonly Plain[], readonly Plain[]] {
  const differs = (one: Plain, at: number) => canonical(one) !== canonical(after[at] ?? null);
  const first = before.findIndex(differs);
  const end = before.findLastIndex(differs) + 1;
  return [before.slice(first, end), after.slice(first, end)];
}

const HIDDEN = "(not shown)";

const hiddenChange = (member: string, before: Plain | undefined, after: Plain | undefined): MemberChange =>
  changeOf(member, before === undefined ? undefined : HIDDEN, after === undefined ? undefined : HIDDEN);

const changeOf = (member: string, from: string | undefined, to: string | undefined): MemberChange => ({
  member,
  ...(from !== undefined && { from }),
  ...(to !== undefined && { to }),
});

const textOf = (value: Plain): string => (typeof value === "string" ? value : canonical(value));

const same = (one: Plain | undefined, other: Plain | undefined) =>
  (one === undefined) === (other === undefined) && canonical(one ?? null) === canonical(other ?? null);

function groupOf(value: Plain | undefined): Readonly<Record<string, Plain | undefined>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, Plain | undefined>>)
    : undefined;
}
