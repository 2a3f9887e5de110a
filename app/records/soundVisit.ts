/**
 * The members that decide whether a link opens have to be there: a row without its state or times would open the link to
 * everybody. Every tap of a patient's link runs this check, so the members are looked at and not parsed.
 */
import type { Body, Json } from "../ports/store.ts";

/** Names of the members that are not as visitRow.ts writes them. */
export function unsoundMembers(row: Body): readonly string[] {
  const { state, start, end, people, joinUrl } = row;
  if (isState(state) && isMoment(start) && isMoment(end) && arePeople(people) && isAddress(joinUrl))
    return NONE;
  return Object.entries({
    state: isState(state),
    start: isMoment(start),
    end: isMoment(end),
    people: arePeople(people),
    joinUrl: isAddress(joinUrl),
  }).flatMap(([name, isSound]) => (isSound ? [] : [name]));
}

const NONE: readonly string[] = [];

const isState = (value: Json | undefined) => value === "open" || value === "cancelled" || value === "ended";
/**
 * A moment as `toISOString` writes it. Parsing it would check the same six times more slowly; whoever needs the time parses
 * it.
 */
const MOMENT = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
const isMoment = (value: Json | undefined) => typeof value === "string" && MOMENT.test(value);
const isAddress = (value: Json | undefined) => typeof value === "string" && value.startsWith("http");
const arePeople = (value: Json | undefined) => Array.isArray(value) && value.every(isPerson);

function isPerson(one: unknown): boolean {
  if (typeof one !== "object" || one === null || !("number" in one) || !("generation" in one)) return false;
  return Number.isInteger(one.number) && Number.isInteger(one.generation);
}
