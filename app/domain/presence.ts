/** Who is in a visit's meeting and who waits: what was told, in whatever order it came, and what follows from it. */

/** As they look to Teams: of the hospital's own directory, by telephone, or anybody else. */
export const LOOKS = ["staff", "phone", "outside"] as const;
export type Look = (typeof LOOKS)[number];
/** In this order where Teams says two of one moment. */
export const PLACES = ["lobby", "in", "left"] as const;
export type Place = (typeof PLACES)[number];

/** Where somebody was from a moment on. */
export interface Moment {
  readonly at: Date;
  readonly place: Place;
}

/** Somebody who came to the meeting once; who comes again may be another one. */
export interface Participant {
  /** Keyed hash of what Teams calls them in this meeting. */
  readonly key: string;
  readonly look: Look;
  /** Earliest first, each of another place than the one before. */
  readonly moments: readonly Moment[];
}

export interface Presence {
  readonly people: readonly Participant[];
  /** When everybody was out, because the call ended; earliest first. */
  readonly ends: readonly Date[];
}

/** What Teams tells at one moment. */
export interface Told {
  readonly at: Date;
  readonly isEnd: boolean;
  readonly people: readonly { readonly key: string; readonly look: Look; readonly place: Place }[];
}

export const NOBODY: Presence = { people: [], ends: [] };

/** Bounds on what is kept of one visit, far above what a visit is. */
const MOST_PEOPLE = 100;
const MOST_MOMENTS = 60;
const MOST_ENDS = 20;

/** The very same whatever the order, and however often, things are told. */
export function toldOf({ people, ends }: Presence, told: Told): Presence {
  const all = new Map(people.map((one) => [one.key, one]));
  for (const { key, look, place } of told.people) {
    const before = all.get(key);
    if (before === undefined && all.size >= MOST_PEOPLE) continue;
    const moments = before?.moments ?? [];
    const isNew = !moments.some(({ at, place: was }) => at.getTime() === told.at.getTime() && was === place);
    if (isNew && moments.length < MOST_MOMENTS)
      all.set(key, { key, look: before?.look ?? look, moments: [...moments, { at: told.at, place }] });
    else if (before === undefined) all.set(key, { key, look, moments: [] });
  }
  const isKnownEnd = ends.some((end) => end.getTime() === told.at.getTime());
  return {
    people: [...all.values()].map((one) => ({ ...one, moments: one.moments.toSorted(byTime) })),
    ends: told.isEnd && !isKnownEnd && ends.length < MOST_ENDS ? [...ends, told.at].toSorted(earlier) : ends,
  };
}

const rank = ({ place }: Moment) => PLACES.indexOf(place);
const byTime = (one: Moment, other: Moment) =>
  one.at.getTime() - other.at.getTime() || rank(one) - rank(other);
const earlier = (one: Date, other: Date) => one.getTime() - other.getTime();

/** Somebody as they stand now. */
export interface Standing {
  readonly look: Look;
  readonly place: Place;
  /** Since when they are there. */
  readonly since: Date;
}

/** Everybody who ever came, in the order in which they came to where they are. */
export function standings({ people, ends }: Presence): readonly Standing[] {
  return people
    .flatMap(({ look, moments }): Standing[] => {
      const last = moments.at(-1);
      if (last === undefined) return [];
      const end = ends.find((one) => one.getTime() >= last.at.getTime());
      if (last.place !== "left" && end !== undefined) return [{ look, place: "left", since: end }];
      // Told again of somebody who is where they were.
      const other = moments.findLastIndex(({ place }) => place !== last.place);
      const since = (moments[other + 1] ?? last).at;
      return [{ look, place: last.place, since }];
    })
    .toSorted((one, another) => earlier(one.since, another.since));
}
