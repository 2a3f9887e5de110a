import { canonical, type MemberChange, type Plain } from "./auditChain.ts";

/**
 * What differs between two values of a setting, member by member; a list counts as one value. Of a list that is very long,
 * only the items that went and came are told, because the event is written together with the setting, and both have to fit.
 * Of the members named in `hidden` only that they changed is told, and not their values.
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

/** How long two lists are together, in characters, of which only what differs is told. */
const LONG = 20_000;
/** Stands behind the name of such a list. */
export const ITEMS_ONLY = " (what differs)";

function itemsChanged(member: string, before: readonly Plain[], after: readonly Plain[]): MemberChange {
  const [were, are] = [before, after].map((list) => new Set(list.map(canonical)));
  const without = (list: readonly Plain[], others: ReadonlySet<string> | undefined) =>
    canonical(list.filter((one) => others?.has(canonical(one)) !== true));
  return changeOf(member + ITEMS_ONLY, without(before, are), without(after, were));
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
