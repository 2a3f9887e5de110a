/** Works out, from what was told of a meeting, who was in it and who waited, and from when until when. */
import { isOther, isWayKnown, WHEREABOUTS, type Look, type Moment, type Presence } from "./presence.ts";

/**
 * Somebody was in the meeting once. Whoever comes again with an account of the hospital is recognized; anybody else may be
 * taken for another person.
 */
export interface Stay {
  readonly who: string;
  readonly look: Look;
  readonly account?: string;
  readonly from: Date;
  readonly to: Date;
}

/** Somebody waited until they were let in, or in vain. */
export interface Wait {
  readonly look: Look;
  readonly account?: string;
  readonly from: Date;
  readonly admitted?: Date;
}

/** What is known of a visit's meeting. */
export interface Meeting {
  readonly stays: readonly Stay[];
  readonly waits: readonly Wait[];
}

/** Somebody who came longer ago than this before the start, and of whom nothing was told since, is taken to have left. */
const EARLY_MS = 4 * 3_600_000;

/**
 * What was told since `from`, without what was told before: a visit that was moved had another meeting then. Whoever was
 * early and is still there counts as having come at `from`.
 */
export const since = ({ people, ends }: Presence, from: Date): Presence => ({
  people: people
    .map((one) => ({ ...one, moments: momentsSince(one.moments, ends, from) }))
    .filter(({ moments }) => moments.length > 0),
  ends: ends.filter((at) => at >= from),
});

function momentsSince(moments: readonly Moment[], ends: readonly Date[], from: Date): readonly Moment[] {
  const later = moments.filter(({ at }) => at >= from);
  const before = moments.findLast(({ at }) => at < from);
  const isThere =
    before !== undefined &&
    before.whereabouts !== "left" &&
    from.getTime() - before.at.getTime() <= EARLY_MS &&
    !ends.some((end) => before.at <= end && end < from);
  return isThere ? [{ at: from, whereabouts: before.whereabouts }, ...later] : later;
}

/** Does the same as {@link since} for stays. */
export const staysSince = (stays: readonly Stay[], from: Date): readonly Stay[] =>
  stays.filter(({ to }) => to > from).map((stay) => (stay.from < from ? { ...stay, from } : stay));

/**
 * Who stayed and who waited. Whoever never left by what was told is taken to have stayed until the last thing that was told
 * of the meeting.
 * @param reported who was in the meeting by Teams' reports afterwards. There is one report for each time that the meeting
 * went on until nobody was in it. A report loses nothing, but does not know who waited, and says nothing about the other
 * times. Somebody whom it does not name looks like whoever was told to have come at that time.
 */
export function meetingOf({ people, ends }: Presence, reported: readonly Stay[] = []): Meeting {
  const told = [...ends, ...people.flatMap(({ moments }) => moments.map(({ at }) => at))];
  const last = new Date(Math.max(...told.map((at) => at.getTime())));
  const stays: Stay[] = [];
  const waits: Wait[] = [];
  for (const { key, look: said, account, moments } of people) {
    // Staff's accounts do not wait, so whoever did is of the other side. Guests of the directory wait, too; of somebody who
    // is not named there is no id by which the directory could be asked whether they are one (decision 57).
    const hasWaited = moments.some(({ whereabouts }) => whereabouts === "lobby");
    const look = said === "unnamed" && hasWaited ? "attendee" : said;
    const who = { who: account ?? key, look, ...(account !== undefined && { account }) };
    const path = [...moments, ...ends.map((at): Moment => ({ at, whereabouts: "left" }))].toSorted(byTime);
    for (const { whereabouts, from, to, next } of stretches(path)) {
      if (whereabouts === "in") stays.push({ ...who, from, to: to ?? last });
      else
        waits.push({
          look,
          ...(account !== undefined && { account }),
          from,
          ...(next === "in" && to && { admitted: to }),
        });
    }
  }
  const untold = stays.filter((stay) => !reported.some((one) => isDuring(stay, one)));
  return { stays: [...reported.map((stay) => seenIn(stays, stay, reported)), ...untold], waits };
}

/** The same coming is told and reported within this time. */
const SAME_COMING_MS = 60_000;

/** Somebody whom a report does not name, as they were told of; unchanged where that may be somebody else. */
function seenIn(told: readonly Stay[], stay: Stay, reported: readonly Stay[]): Stay {
  if (isWayKnown(stay.look)) return stay;
  const [one, ...others] = told.filter(
    ({ who, from }) =>
      Math.abs(from.getTime() - stay.from.getTime()) <= SAME_COMING_MS &&
      !reported.some((named) => named.who === who),
  );
  const isOneLook = one !== undefined && others.every(({ look }) => look === one.look);
  if (!isOneLook) return stay;
  // Of an attendee the side is known already, and only the way is not.
  const saysMore = stay.look === "unnamed" || (isOther(one.look) && isWayKnown(one.look));
  return saysMore ? { ...stay, look: one.look } : stay;
}

/** Whether two stays overlap, also where one is no more than a moment: the last thing that was told. */
const isDuring = (one: Stay, other: Stay): boolean => one.from < other.to && other.from <= one.to;

interface Stretch {
  readonly whereabouts: "lobby" | "in";
  readonly from: Date;
  readonly to?: Date;
  /** Where they were next. */
  readonly next?: Moment["whereabouts"];
}

/** The times at which somebody was in the lobby or in the meeting, without the times when they were in neither. */
function stretches(path: readonly Moment[]): Stretch[] {
  const all: Stretch[] = [];
  let there: Moment | undefined;
  for (const moment of path) {
    if (there?.whereabouts === moment.whereabouts) continue;
    if (there !== undefined && there.whereabouts !== "left")
      all.push({ whereabouts: there.whereabouts, from: there.at, to: moment.at, next: moment.whereabouts });
    there = moment;
  }
  if (there !== undefined && there.whereabouts !== "left")
    all.push({ whereabouts: there.whereabouts, from: there.at });
  return all;
}

const byTime = (one: Moment, other: Moment) =>
  one.at.getTime() - other.at.getTime() ||
  WHEREABOUTS.indexOf(one.whereabouts) - WHEREABOUTS.indexOf(other.whereabouts);
