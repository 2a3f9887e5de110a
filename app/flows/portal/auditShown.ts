/** What an event changed, as administrators read it: of a proposal, what it would change; of people, their names. */
import type { AuditEvent, MemberChange } from "../../domain/auditChain.ts";
import { ITEMS_ONLY } from "../../domain/memberChanges.ts";
import { proposedWords } from "./approvals/proposedWords.ts";
import { listIn, memberWords, valueWords } from "./auditWords.ts";
import type { Names } from "./people.tsx";

export interface ShownChange {
  readonly member: string;
  readonly says: string;
}

export function shownChanges(event: AuditEvent, names: Names): readonly ShownChange[] {
  return proposalIn(event).map(({ member, from, to }) => {
    const words = (value: string | undefined) => personWords(member, value, names) ?? valueWords(value);
    const says =
      from === undefined
        ? words(to)
        : to === undefined
          ? words(from) + " (taken away)"
          : words(from) + " → " + words(to);
    return { member: memberWords(member), says };
  });
}

/** The object ids of the people whose names a page of events needs. */
export const peopleIn = (events: readonly AuditEvent[]): readonly string[] =>
  events.flatMap(({ actor, changes }) => [
    ...(actor.kind === "person" ? [actor.objectId] : []),
    ...changes.flatMap(({ member, from, to }) => [from, to].flatMap((value) => personsIn(member, value))),
  ]);

const [BEFORE, AFTER] = ["of.before.", "of.after."] as const;

/**
 * A proposal is kept whole, so its event has every member of both values; only those that differ are shown. Other events are
 * unchanged.
 */
function proposalIn({ changes, actor }: AuditEvent): readonly MemberChange[] {
  const valueOf = (member: string) => {
    const found = changes.find((change) => change.member === member);
    return found && (found.to ?? found.from);
  };
  const members = [BEFORE, AFTER].flatMap((side) =>
    changes.flatMap(({ member }) => (member.startsWith(side) ? member.slice(side.length) : [])),
  );
  if (members.length === 0) return changes;
  const action = valueOf("action");
  // The event says already what it is about, why, and who has done this.
  const isOwn = actor.kind === "person" && valueOf("by") === actor.objectId;
  const others = changes.filter(({ member }) => member === "by" && !isOwn);
  const differing = [...new Set(members)].flatMap((member): MemberChange[] => {
    if (member.endsWith(ITEMS_ONLY)) return itemsIn(changes, member);
    const [from, to] = [valueOf(BEFORE + member), valueOf(AFTER + member)];
    if (from === to) return [];
    return [{ member, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }];
  });
  return [
    ...(action === undefined ? [] : [{ member: "action", to: proposedWords(action) }]),
    ...others,
    ...differing,
  ];
}

/**
 * What a proposal that replaces another would do differently with a very long list: which items it would take out and which
 * it would bring in. An item that is new in the value before the change is one that the new proposal takes out.
 */
function itemsIn(changes: readonly MemberChange[], member: string): MemberChange[] {
  const of = (side: string) => changes.find((change) => change.member === side + member);
  const [before, after] = [of(BEFORE), of(AFTER)];
  const [from, to] = after === undefined ? [before?.to, before?.from] : [after.from, after.to];
  return [{ member, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }];
}

const OF_PEOPLE = /(^|\.)(account|by|organizers)$/;
const OBJECT_ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** The object ids of people in a member's value. */
export function personsIn(member: string, value: string | undefined): readonly string[] {
  if (value === undefined || !OF_PEOPLE.test(member)) return [];
  return (listIn(value) ?? [value]).filter((each) => OBJECT_ID.test(each));
}

/** People by their names and object ids; undefined where the member has no people. */
export function personWords(member: string, value: string | undefined, names: Names): string | undefined {
  const people = personsIn(member, value);
  if (people.length === 0) return undefined;
  return people.map((id) => `${names.get(id) ?? "name not known"} (${id})`).join(", ");
}
