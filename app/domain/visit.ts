/** A visit: one appointment (or consult) and its Teams meeting. It knows times and places, and nothing about the patient. */
import type { Department, VisitRules } from "./hospital.ts";
import type { VisitId } from "./linkToken.ts";

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
  person: number,
  generation: number,
  rules: VisitRules,
  now: Date,
): LinkState {
  const holder = visit.people.find(({ number }) => number === person);
  if (holder === undefined || holder.generation !== generation) return "revoked";
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

/** What a patient may see of where the visit takes place. */
export type PatientSees = Pick<Department, "name" | "phone" | "timeZone">;
