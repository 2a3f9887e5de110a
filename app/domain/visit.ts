/** A visit: one appointment (or consult) and its Teams meeting. It knows times and places, and nothing about the patient. */
import type { VisitRules } from "./hospital.ts";
import { LAST_GENERATION, type LinkClaims, type VisitId } from "./linkToken.ts";

export interface Visit {
  readonly id: VisitId;
  readonly kind: "appointment" | "consult";
  readonly connectionId: string;
  readonly departmentId: string;
  readonly start: Date;
  readonly end: Date;
  /** When the start was moved from, if it ever was. */
  readonly movedFrom?: Date;
  readonly state: "open" | "cancelled" | "ended";
  readonly organizer: string;
  readonly meeting: { readonly id: string; readonly joinUrl: string };
  readonly people: readonly Person[];
  /** Present while Teams has not taken over a change of times or lobby rule: when it was last asked to. */
  readonly behind?: Date;
  /** Random number of this record, in every link into it; absent where the record is older than epochs are. */
  readonly epoch?: number;
}

/** Somebody with a link of their own: number 0 is the patient. A consult has no patient. */
export interface Person {
  readonly number: number;
  readonly role: "patient" | "interpreter" | "relative" | "guest";
  readonly generation: number;
}

/** How a link stands at a moment. */
export type LinkState = "open" | "early" | "over" | "cancelled" | "revoked";

export function linkState(
  visit: Visit,
  { person, generation, epoch }: Omit<LinkClaims, "visit">,
  rules: VisitRules,
  now: Date,
): LinkState {
  const holder = visit.people.find(({ number }) => number === person);
  if (holder?.generation !== generation || visit.epoch !== epoch) return "revoked";
  if (visit.state === "cancelled") return "cancelled";
  if (visit.state === "ended" || now > closes(visit, rules)) return "over";
  return now < opens(visit, rules) ? "early" : "open";
}

export function opens(visit: Pick<Visit, "start">, rules: VisitRules): Date {
  return new Date(visit.start.getTime() - rules.opensMinutesBefore * 60_000);
}

export function closes(visit: Pick<Visit, "end">, rules: VisitRules): Date {
  return new Date(visit.end.getTime() + rules.closesMinutesAfter * 60_000);
}

/** More than any visit needs, and a bound on what one record holds. */
export const MOST_GUESTS = 20;

export function hasRoomForGuests({ people }: Pick<Visit, "people">): boolean {
  return people.filter(({ role }) => role !== "patient").length < MOST_GUESTS;
}

/** There is no place for another guest, such as when two tabs ask for the last one. */
export class VisitFull extends Error {
  override readonly name = "VisitFull";
}

/** The visit with one more guest, who is the last of its people. @throws VisitFull when it has {@link MOST_GUESTS}. */
export function invited(visit: Visit, role: Exclude<Person["role"], "patient">): Visit {
  if (!hasRoomForGuests(visit)) throw new VisitFull("a visit has at most " + String(MOST_GUESTS) + " guests");
  return { ...visit, people: [...visit.people, { number: nextNumber(visit), role, generation: 0 }] };
}

/** The visit with a person's link revoked and the next one ready. After the last generation the person gets a new number. */
export function renewed(visit: Visit, number: number): Visit {
  const next = (person: Person): Person =>
    person.generation < LAST_GENERATION
      ? { ...person, generation: person.generation + 1 }
      : { ...person, number: nextNumber(visit), generation: 0 };
  return {
    ...visit,
    people: visit.people.map((person) => (person.number === number ? next(person) : person)),
  };
}

function nextNumber(visit: Visit): number {
  return Math.max(0, ...visit.people.map(({ number }) => number)) + 1;
}

type Times = Pick<Visit, "start" | "end">;

export function sameTimes(one: Times, other: Times): boolean {
  return one.start.getTime() === other.start.getTime() && one.end.getTime() === other.end.getTime();
}

/**
 * The visit as the chart has it now: its times, its department, and on again if it was cancelled; what staff ended stays
 * ended. The very same visit where nothing differs.
 */
export function inStep(visit: Visit, now: Times & Pick<Visit, "departmentId">): Visit {
  const revived = visit.state === "cancelled";
  if (sameTimes(visit, now) && visit.departmentId === now.departmentId && !revived) return visit;
  const { start, end, departmentId } = now;
  const moved = visit.start.getTime() !== start.getTime();
  return {
    ...visit,
    start,
    end,
    departmentId,
    ...(moved && { movedFrom: visit.start }),
    state: revived ? "open" : visit.state,
  };
}
