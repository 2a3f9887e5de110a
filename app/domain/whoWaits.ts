/**
 * Whether it can be said that the patient is the one who waits. Teams identifies nobody without an account, so mostly it
 * cannot be said.
 */
import { isOther, standings, type Participant, type Presence, type Standing } from "./presence.ts";
import { isKnownStaff } from "./usage.ts";
import { isDoubted, type Person, type Visit } from "./visit.ts";

const MINUTE_MS = 60_000;
/**
 * How long before somebody came the patient's link may have been opened, for that to be the patient. The opening is recorded
 * to the minute.
 */
const OPENED_BEFORE_MS = 30 * MINUTE_MS;

/**
 * Whether the patient is the one who waits. That holds if only one person waits, who is not of the hospital's directory and
 * did not dial in; if nobody but staff is in, because whoever is in may be the patient, who has passed their link on; if
 * nobody but the patient was ever given a link (the chart's own link is for staff); if no link of theirs was turned off, since
 * whoever had it may still have Teams open; and if the patient's link was opened in the half hour before.
 */
export function isPatientWaiting(
  visit: Pick<Visit, "doubted" | "meeting" | "people">,
  people: readonly Standing[],
): boolean {
  const isAnotherIn = people.some(({ look, whereabouts }) => whereabouts === "in" && look !== "staff");
  const [waiting, ...others] = people.filter(({ whereabouts }) => whereabouts === "lobby");
  if (waiting?.look !== "outside" || others.length > 0 || isAnotherIn) return false;
  const tap = patientsTap(visit);
  return tap !== undefined && isSoonAfter(tap, waiting.since);
}

/**
 * Whether somebody is alone in the meeting who may be the patient. A patient may be an employee: whoever is signed in with an
 * account of the hospital does not wait to be let in, and neither may somebody whom Teams does not name. It may as well be a
 * colleague who did not join from the visit's page. Nobody is asked to look unless the patient's link was opened in the half
 * hour before.
 * @param opened object ids of those who came and had opened the visit as staff; asked for only where they decide
 */
export function mayPatientBeAlone(
  visit: Pick<Visit, "organizer" | "people">,
  { people, ends }: Presence,
  opened: () => readonly string[],
): boolean {
  const there = people.flatMap((one) =>
    standings({ people: [one], ends })
      .filter(({ whereabouts }) => whereabouts !== "left")
      .map((standing) => ({ one, standing })),
  );
  const [alone, ...others] = there;
  const tap = visit.people.find(({ role, ofChart }) => role === "patient" && ofChart !== true)?.opened;
  if (alone === undefined || others.length > 0 || tap === undefined) return false;
  const { one, standing } = alone;
  const hasWaited = one.moments.some(({ whereabouts }) => whereabouts === "lobby");
  if (hasWaited || isOther(one.look) || !isSoonAfter(tap, standing.since)) return false;
  return !isKnownStaff(one, { organizer: visit.organizer, opened: opened() });
}

/**
 * How far the patient has come, by the same rule: of all who ever came only one is not of the hospital's directory. Whoever
 * opens the link again comes again, and Teams may take them for another person; then whoever came before that must have
 * left. Undefined where it is not known that the patient came.
 */
export function patientsWay(
  visit: Pick<Visit, "doubted" | "meeting" | "people">,
  { people, ends }: Presence,
): "arrived" | "checked-in" | undefined {
  const guests = people
    .filter(({ look }) => look !== "staff")
    .toSorted((one, other) => cameOf(one) - cameOf(other));
  const patient = guests.at(-1);
  const tap = patientsTap(visit);
  if (patient === undefined || tap === undefined || guests.some(({ look }) => look !== "outside"))
    return undefined;
  const hasGone = (one: Participant) =>
    standings({ people: [one], ends }).every(({ whereabouts }) => whereabouts === "left");
  if (!guests.slice(0, -1).every((one) => cameOf(one) < tap.getTime() && hasGone(one))) return undefined;
  // Only the last opening is known. It may be later than the patient's coming, but not later than their being let in.
  const there = patient.moments.filter(({ whereabouts }) => whereabouts !== "left");
  if (!there.some(({ at }) => isSoonAfter(tap, at))) return undefined;
  return there.some(({ whereabouts }) => whereabouts === "in") ? "checked-in" : "arrived";
}

/**
 * Whether the patient's link was opened, though nobody has noted that: not every browser says that a person opens a page. It
 * was where somebody has come who is from outside and did not dial in, and nobody but the patient was ever given a link.
 * Where others were, or have the address of the meeting, or the patient had another link before, nobody knows by which link they came.
 */
export function cameByLink(
  visit: Pick<Visit, "meeting" | "people">,
  people: readonly Standing[],
): boolean | "not-known" {
  if (!people.some(({ look }) => isOther(look) && look !== "phone")) return false;
  const patient = visit.meeting.knownTo === undefined ? onlyPatient(visit) : undefined;
  return (patient?.number === 0 && patient.generation === 0) || "not-known";
}

const cameOf = ({ moments }: Participant): number => moments[0]?.at.getTime() ?? 0;

/**
 * When the patient's link was last opened; undefined where anybody else was ever given a link, or may have the address of the
 * meeting, and while it is in doubt whose the visit is.
 */
const patientsTap = (visit: Pick<Visit, "doubted" | "meeting" | "people">): Date | undefined =>
  visit.meeting.knownTo === undefined && !isDoubted(visit) ? onlyPatient(visit)?.opened : undefined;

/** The patient, where nobody else was ever given a link. */
function onlyPatient({ people }: Pick<Visit, "people">): Person | undefined {
  const [patient, ...others] = people.filter(({ ofChart }) => ofChart !== true);
  return patient?.role === "patient" && others.length === 0 ? patient : undefined;
}

function isSoonAfter(tap: Date, came: Date): boolean {
  const passed = came.getTime() - tap.getTime();
  return passed >= 0 && passed <= OPENED_BEFORE_MS;
}
