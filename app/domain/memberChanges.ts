import { canonical, type MemberChange, type Plain } from "./auditChain.ts";

/**
 * What differs between two values of a setting, member by member; a list counts as one value. Of the members named in
 * `hidden` only that they changed is told, and not their values.
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
  return [
    changeOf(
      member,
      before === undefined ? undefined : textOf(before),
      after === undefined ? undefined : textOf(after),
    ),
  ];
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
