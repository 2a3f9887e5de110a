/** Who is in a visit's meeting and who waits: what Teams told, in whatever order it came, and what follows from it. */

/**
 * What somebody looks like to Teams: an account of the hospital's own directory, a telephone, or somebody else with the app
 * or a browser. Teams may name nobody: an `attendee` is somebody of whom it tells only a role that no account of the
 * directory has in these meetings, and of whoever is `unnamed` it tells nothing. Where Teams tells several of one person,
 * the first in this list holds: an item may leave out who it is about.
 */
export const LOOKS = ["staff", "phone", "outside", "attendee", "unnamed"] as const;
export type Look = (typeof LOOKS)[number];

/** Whether it is known that somebody is not of the hospital's directory. */
export const isOther = (look: Look): boolean => look !== "staff" && look !== "unnamed";
/** Whether it is known by what somebody came: by telephone, or by the app or a browser. */
export const isWayKnown = (look: Look): boolean => look !== "attendee" && look !== "unnamed";
/** Where Teams tells two whereabouts for one moment, they are taken in this order. */
export const WHEREABOUTS = ["lobby", "in", "left"] as const;
export type Whereabouts = (typeof WHEREABOUTS)[number];

/** Where somebody was from a moment on. */
export interface Moment {
  readonly at: Date;
  readonly whereabouts: Whereabouts;
}

/** Somebody who came to the meeting once. The same person who comes again may appear as another participant. */
export interface Participant {
  /** Keyed hash of the id that Teams gives them in this meeting. */
  readonly key: string;
  readonly look: Look;
  /** Object id of the hospital's own account by which they came, as far as Teams told. */
  readonly account?: string;
  /** Earliest first. The same one may follow itself, because Teams tells it again. */
  readonly moments: readonly Moment[];
}

export interface Presence {
  readonly people: readonly Participant[];
  /** When everybody was out because the call ended; earliest first. */
  readonly ends: readonly Date[];
}

/** What Teams tells at one moment. */
export interface Told {
  readonly at: Date;
  readonly isEnd: boolean;
  readonly people: readonly (Pick<Participant, "key" | "look" | "account"> & {
    /** Absent where it was not told: then they are where they were. */
    readonly whereabouts?: Whereabouts;
  })[];
}

/** Whether it tells of somebody of whom it is not known where they are: they may wait. */
export function isSomebodySomewhere(before: Pick<Presence, "people">, told: Told): boolean {
  const placed = [...before.people, ...told.people.filter(({ whereabouts }) => whereabouts !== undefined)];
  return told.people.some(({ key }) => !placed.some((one) => one.key === key));
}

export const NOBODY: Presence = { people: [], ends: [] };

/**
 * Bounds on what is kept of one visit, far above what a visit needs. They are reached where somebody comes and leaves
 * without end. Then the oldest entries go, but nobody's who waits or is in; Teams itself bounds how many those are.
 */
const MOST_PEOPLE = 100;
const MOST_MOMENTS = 60;
const MOST_ENDS = 20;

/** Within those bounds the result is the same in whatever order, and however often, things are told. */
export function toldOf({ people, ends }: Presence, told: Told): Presence {
  const all = new Map(people.map((one) => [one.key, one]));
  for (const { key, look, account: said, whereabouts } of told.people) {
    const before = all.get(key);
    if (before === undefined && whereabouts === undefined) continue;
    const account = before?.account ?? said;
    all.set(key, {
      key,
      look: LOOKS.find((one) => one === before?.look || one === look) ?? look,
      ...(account !== undefined && { account }),
      moments: momentsAfter(before?.moments ?? [], told.at, whereabouts),
    });
  }
  const isKnownEnd = ends.some((end) => end.getTime() === told.at.getTime());
  const allEnds = told.isEnd && !isKnownEnd ? [...ends, told.at].toSorted(earlier).slice(-MOST_ENDS) : ends;
  return { people: withoutOldest([...all.values()], allEnds), ends: allEnds };
}

function momentsAfter(
  before: readonly Moment[],
  at: Date,
  whereabouts: Whereabouts | undefined,
): readonly Moment[] {
  const isKnown = before.some((one) => one.at.getTime() === at.getTime() && one.whereabouts === whereabouts);
  if (isKnown || whereabouts === undefined) return before;
  return [...before, { at, whereabouts }].toSorted(byTime).slice(-MOST_MOMENTS);
}

/** Where there are too many, those go who left longest ago. */
function withoutOldest(people: readonly Participant[], ends: readonly Date[]): readonly Participant[] {
  const left = people
    .flatMap((one) => {
      const standing = standingOf(one, ends);
      return standing?.whereabouts === "left" ? [{ one, since: standing.since }] : [];
    })
    .toSorted((one, other) => earlier(one.since, other.since));
  const gone = new Set(left.slice(0, Math.max(0, people.length - MOST_PEOPLE)).map(({ one }) => one));
  return people.filter((one) => !gone.has(one));
}

const rank = ({ whereabouts }: Moment) => WHEREABOUTS.indexOf(whereabouts);
const byTime = (one: Moment, other: Moment) =>
  one.at.getTime() - other.at.getTime() || rank(one) - rank(other);
const earlier = (one: Date, other: Date) => one.getTime() - other.getTime();

/** Where somebody is now. */
export interface Standing {
  readonly look: Look;
  readonly whereabouts: Whereabouts;
  /** Since when they are there. */
  readonly since: Date;
}

/** Everybody who ever came, in the order in which they came to where they are. */
export function standings({ people, ends }: Presence): readonly Standing[] {
  return people
    .flatMap((one) => standingOf(one, ends) ?? [])
    .toSorted((one, another) => earlier(one.since, another.since));
}

/** Nobody is in the meeting this long before the visit begins. */
const LONGEST_BEFORE_MS = 12 * 3_600_000;

/**
 * Whether somebody has been let in and has not left, as far as Teams has told. Whoever was let in long before the start does not
 * count: the visit has been moved since then, and that they left was never told.
 */
export const isAnybodyIn = ({ start }: { readonly start: Date }, presence: Presence): boolean =>
  standings(presence).some(
    ({ whereabouts, since }) => whereabouts === "in" && since.getTime() > start.getTime() - LONGEST_BEFORE_MS,
  );

/** The same of whoever waits to be let in, too. */
export const isAnybodyThere = ({ start }: { readonly start: Date }, presence: Presence): boolean =>
  standings(presence).some(
    ({ whereabouts, since }) =>
      whereabouts !== "left" && since.getTime() > start.getTime() - LONGEST_BEFORE_MS,
  );

function standingOf({ look, moments }: Participant, ends: readonly Date[]): Standing | undefined {
  const last = moments.at(-1);
  if (last === undefined) return undefined;
  const end = ends.find((one) => one.getTime() >= last.at.getTime());
  if (last.whereabouts !== "left" && end !== undefined) return { look, whereabouts: "left", since: end };
  // The same whereabouts may have been told again: the time counts from when they first were there.
  const other = moments.findLastIndex(({ whereabouts }) => whereabouts !== last.whereabouts);
  const since = (moments[other + 1] ?? last).at;
  return { look, whereabouts: last.whereabouts, since };
}
