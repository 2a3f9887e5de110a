/** From what was told of a meeting to who was in it and who waited, from when until when. */
import { PLACES, type Look, type Moment, type Presence } from "./presence.ts";

/** Somebody was in the meeting once. Whoever comes again with the hospital's account is the same one; anybody else may be another. */
export interface Stay {
  readonly who: string;
  readonly look: Look;
  readonly account?: string;
  readonly from: Date;
  readonly to: Date;
}

/** Somebody waited until they were let in; or in vain. */
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

/** Without what was told of a time before: a visit that was moved had another meeting then. */
export const since = ({ people, ends }: Presence, from: Date): Presence => ({
  people: people
    .map((one) => ({ ...one, moments: one.moments.filter(({ at }) => at >= from) }))
    .filter(({ moments }) => moments.length > 0),
  ends: ends.filter((at) => at >= from),
});

/**
 * Whoever never left by what was told stayed until the last thing that was told of the meeting.
 * @param reported who was in it by Teams' reports afterwards, which lose nothing and know nothing of who waited
 */
export function meetingOf({ people, ends }: Presence, reported?: readonly Stay[]): Meeting {
  const told = [...ends, ...people.flatMap(({ moments }) => moments.map(({ at }) => at))];
  const last = new Date(Math.max(...told.map((at) => at.getTime())));
  const stays: Stay[] = [];
  const waits: Wait[] = [];
  for (const { key, look, account, moments } of people) {
    const who = { who: account ?? key, look, ...(account !== undefined && { account }) };
    const path = [...moments, ...ends.map((at): Moment => ({ at, place: "left" }))].toSorted(byTime);
    for (const { place, from, to, next } of stretches(path)) {
      if (place === "in") stays.push({ ...who, from, to: to ?? last });
      else
        waits.push({
          look,
          ...(account !== undefined && { account }),
          from,
          ...(next === "in" && to && { admitted: to }),
        });
    }
  }
  return { stays: reported ?? stays, waits };
}

interface Stretch {
  readonly place: "lobby" | "in";
  readonly from: Date;
  readonly to?: Date;
  /** Where they went. */
  readonly next?: Moment["place"];
}

/** Somebody's way, without the times when they were nowhere. */
function stretches(path: readonly Moment[]): Stretch[] {
  const all: Stretch[] = [];
  let there: Moment | undefined;
  for (const moment of path) {
    if (there?.place === moment.place) continue;
    if (there !== undefined && there.place !== "left")
      all.push({ place: there.place, from: there.at, to: moment.at, next: moment.place });
    there = moment;
  }
  if (there !== undefined && there.place !== "left") all.push({ place: there.place, from: there.at });
  return all;
}

const byTime = (one: Moment, other: Moment) =>
  one.at.getTime() - other.at.getTime() || PLACES.indexOf(one.place) - PLACES.indexOf(other.place);
