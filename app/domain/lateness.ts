/** "Running late": staff say so by one click, the patient's page says it on, and it is over by itself. Pure functions. */
import type { VisitRules } from "./hospital.ts";
import { standings, type Presence } from "./presence.ts";
import { closes, isDoubted, type Visit } from "./visit.ts";
import { watchedFrom } from "./watching.ts";

const MINUTE_MS = 60_000;
/** What was said an hour ago says nothing about now, so it has to be said again. */
const LATE_FOR_MS = 60 * MINUTE_MS;
/** A text that has not left by then tells the patient nothing that they do not know. */
export const LATE_TEXT_OF_USE_MS = 15 * MINUTE_MS;
/** The most texts about it that one visit's patient gets; whoever says it more often is read on the patient's page. */
export const MOST_LATE_TEXTS = 3;

type Late = Pick<Visit, "late" | "state">;

/**
 * Since when the visit runs late, as far as staff have said; undefined where they have not, or where it is over: the visit
 * is not open any more, an hour has passed, or somebody of the staff has come into the meeting since.
 * @param presence who is in the meeting; left out where it is not known
 */
export function lateSince({ late, state }: Late, now: Date, presence?: Presence): Date | undefined {
  if (late === undefined || state !== "open" || now >= lateUntil(late)) return undefined;
  const hasCome =
    presence !== undefined &&
    standings(presence).some(
      ({ look, whereabouts, since }) => look === "staff" && whereabouts === "in" && since >= late,
    );
  return hasCome ? undefined : late;
}

export const lateUntil = (late: Date): Date => new Date(late.getTime() + LATE_FOR_MS);

/**
 * Whether "running late" means anything yet, and still: from 45 minutes before the start until the links close. While it is in
 * doubt whose the visit is, there is nobody to say it to.
 */
export function mayBeLate(
  visit: Pick<Visit, "doubted" | "kind" | "start" | "end" | "state">,
  rules: VisitRules,
  now: Date,
): boolean {
  if (visit.kind !== "appointment" || visit.state !== "open" || isDoubted(visit)) return false;
  return now >= watchedFrom(visit) && now < closes(visit, rules);
}

/**
 * The visit as running late since `at`; unchanged where it was running late already.
 * @param presence who is in the meeting; left out where it is not known
 */
export const runningLate = (visit: Visit, at: Date, presence?: Presence): Visit =>
  lateSince(visit, at, presence) === undefined ? { ...visit, late: at } : visit;

/** The visit as not running late: whatever closes a visit for now, such as closed links, ends that it is said. */
export function notLate({ late: _over, ...visit }: Visit): Visit {
  return visit;
}

/** The visit without what was said at that moment; unchanged where something else was said since, or nothing is said. */
export function onTime(visit: Visit, said: Date): Visit {
  const { late, ...others } = visit;
  return late?.getTime() === said.getTime() ? others : visit;
}
