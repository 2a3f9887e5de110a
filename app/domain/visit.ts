/** A visit: one appointment (or consult) and its Teams meeting. It holds times, a department, and nothing of the patient. */
import type { VisitRules } from "./hospital.ts";
import { LAST_EPOCH, LAST_GENERATION, LAST_NUMBER, type LinkClaims, type VisitId } from "./linkToken.ts";

export interface Visit {
  readonly id: VisitId;
  readonly kind: "appointment" | "consult";
  readonly connectionId: string;
  readonly departmentId: string;
  readonly start: Date;
  readonly end: Date;
  /** The start that it was moved from; absent where it never was moved, or has come back to where it was. */
  readonly movedFrom?: Date;
  readonly state: "open" | "cancelled" | "ended";
  /** When staff last closed its links, if they ever did. */
  readonly closedAt?: Date;
  readonly organizer: string;
  readonly meeting: VisitMeeting;
  readonly people: readonly Person[];
  /** When staff last said that they run late; see domain/lateness.ts. */
  readonly late?: Date;
  /** Since when staff hold back the messages that go by themselves, if they do; see domain/holding.ts. */
  readonly held?: Date;
  /** When all links were replaced because the chart had given the appointment to another patient, if it ever did. */
  readonly relinked?: Date;
  /**
   * Since when the chart names somebody of whom it is not known whether they are who its links were made for. Present only
   * for as long as that is so; see {@link isDoubted}.
   */
  readonly doubted?: Date;
  /** When Teams was last asked to take over a change of times or lobby rule; present only while it has not done so. */
  readonly behind?: Date;
  /** Since when its meeting lets nobody in; absent while it lets people in. */
  readonly roomClosed?: Date;
  /**
   * Present from before Teams is asked to close or open its meeting until Teams is known to have done so: a random number
   * for this request.
   */
  readonly roomAsked?: number;
  /** Random number of this record, which is in every link to it; absent where the record is older than epochs are. */
  readonly epoch?: number;
}

export interface VisitMeeting {
  readonly id: string;
  readonly joinUrl: string;
  /** How often it was made anew, because Teams had lost it or for another patient; absent where it never was. */
  readonly again?: number;
  /**
   * Who may have its address besides the people of the visit. `another`: it was made for another patient, so nobody is led
   * into it, and the visit gets a new one. `former`: somebody whose link was turned off, so nobody who waits in it is taken
   * for the patient.
   */
  readonly knownTo?: "another" | "former";
}

/**
 * Somebody with a link of their own: number 0 is the patient. A consult has no patient. No number is ever given twice, and
 * whoever was removed stays in the list, so that no link is ever another's.
 */
export interface Person {
  readonly number: number;
  /** A colleague is of the hospital's staff and signs in; everybody else joins without an account. */
  readonly role: "patient" | "colleague" | "interpreter" | "relative" | "guest";
  readonly generation: number;
  /** Random text from the form that invited them. A form that is sent twice invites only once. */
  readonly invitation?: string;
  /** Their link was removed and never opens again. */
  readonly removed?: true;
  /** The link is the one in the chart's provider room, for whichever of the staff opens the visit there. */
  readonly ofChart?: true;
  /** The minute in which a person last opened the link that is valid now, as far as browsers told. */
  readonly opened?: Date;
}

export type GuestRole = Exclude<Person["role"], "patient">;

/** A visit as it is known: without a meeting until it has one, and with its meeting afterwards. */
export type KnownVisit = Omit<Visit, "meeting" | "organizer" | "behind"> & Partial<Pick<Visit, "meeting">>;

/**
 * Whether nobody knows whose the visit is (decision 152). While that is so, its times may be somebody else's, and so may be
 * whoever comes by it: no link leads into it, whosever it is and whether its time has come or not; none says its times, as a
 * page or as a calendar file, and each says to call. Nobody is sent a link or invited, nobody is told anything, nobody who waits
 * is taken for the patient, and no page says that its links are good.
 */
export const isDoubted = ({ doubted }: Pick<Visit, "doubted">): boolean => doubted !== undefined;

/** Why no link leads into a visit, whosever it is. */
export type Shut = "cancelled" | "over" | "doubted";

/** Undefined where the visit's links lead into it, now or later. */
export function whyShut(
  visit: Pick<Visit, "doubted" | "end" | "state">,
  rules: VisitRules,
  now: Date,
): Shut | undefined {
  if (visit.state === "cancelled") return "cancelled";
  if (visit.state === "ended" || now > closes(visit, rules)) return "over";
  return isDoubted(visit) ? "doubted" : undefined;
}

/** The state of a link at a moment. */
export type LinkState = "open" | "early" | "revoked" | Shut;

export function linkState(
  visit: Pick<Visit, "doubted" | "people" | "epoch" | "state" | "start" | "end">,
  { person, generation, epoch }: Omit<LinkClaims, "visit">,
  rules: VisitRules,
  now: Date,
): LinkState {
  const holder = visit.people.find(({ number }) => number === person);
  if (holder?.generation !== generation || holder.removed === true || visit.epoch !== epoch) return "revoked";
  return whyShut(visit, rules, now) ?? (now < opens(visit, rules) ? "early" : "open");
}

export function opens(visit: Pick<Visit, "start">, rules: VisitRules): Date {
  return new Date(visit.start.getTime() - rules.opensMinutesBefore * 60_000);
}

export function closes(visit: Pick<Visit, "end">, rules: VisitRules): Date {
  return new Date(visit.end.getTime() + rules.closesMinutesAfter * 60_000);
}

/**
 * Whether the visit needs another meeting because it was given to another patient. Once the visit is over nobody is led into
 * a meeting, so it keeps the one that it had.
 */
export const wantsOwnMeeting = (
  visit: Pick<Visit, "end" | "meeting" | "state">,
  rules: VisitRules,
  now: Date,
): boolean => visit.meeting.knownTo === "another" && visit.state === "open" && now <= closes(visit, rules);

/** More than any visit needs, and a bound on what its page shows. */
export const MOST_GUESTS = 20;

/** The people whose links can open. */
export function present({ people }: Pick<Visit, "people">): readonly Person[] {
  return people.filter(({ removed }) => removed !== true);
}

/** The people whose links can open and were given on the visit's page, and the patient. */
export function listed(visit: Pick<Visit, "people">): readonly Person[] {
  return present(visit).filter(({ ofChart }) => ofChart !== true);
}

/** Why nobody else can be given a link: {@link MOST_GUESTS} are there, or every number was given to somebody. */
export type Fullness = "guests" | "numbers";

export function fullness(visit: Pick<Visit, "people">): Fullness | undefined {
  if (listed(visit).filter(({ role }) => role !== "patient").length >= MOST_GUESTS) return "guests";
  return nextNumber(visit) > LAST_NUMBER ? "numbers" : undefined;
}

/** There can be no other guest, such as when two tabs ask for the last one, or no number for another link. */
export class VisitFull extends Error {
  override readonly name = "VisitFull";
  readonly of: Fullness;
  constructor(of: Fullness) {
    super("no more " + of);
    this.of = of;
  }
}

/**
 * The visit with one more guest; the very same visit where `invitation` has invited this guest already.
 * @throws VisitFull
 */
export function invited(visit: Visit, role: GuestRole, invitation?: string): Visit {
  const isTheirs = (person: Person) => person.invitation === invitation && person.role === role;
  if (invitation !== undefined && visit.people.some(isTheirs)) return visit;
  const full = fullness(visit);
  if (full !== undefined) throw new VisitFull(full);
  const guest: Person = {
    number: nextNumber(visit),
    role,
    generation: 0,
    ...(invitation !== undefined && { invitation }),
  };
  return { ...visit, people: [...visit.people, guest] };
}

/**
 * The visit with a person's link revoked and the next one ready. After the last generation the person gets a new number.
 * Whoever had the link before may have the address of the meeting, too.
 * @param shown generation of the link to revoke; where another one is valid by now, nothing changes
 * @throws VisitFull
 */
export function renewed(visit: Visit, number: number, shown?: number): Visit {
  const changed = withPerson(visit, number, (person) => {
    if (shown !== undefined && person.generation !== shown) return person;
    const next = numberedAnew(visit, person);
    if (next === undefined) throw new VisitFull("numbers");
    const { opened: _before, ...renewed } = person;
    return { ...renewed, ...next };
  });
  if (changed === visit) return visit;
  return { ...changed, meeting: { ...visit.meeting, knownTo: visit.meeting.knownTo ?? "former" } };
}

/**
 * The visit for other patients than before: every link to it is revoked for good, and each person has a new one. The new
 * epoch ensures that; generations are raised as well, as far as they go. Its meeting is another patient's, too. The time that
 * the visit was moved from, that it runs late, and that its messages are held back are dropped, because they do not concern its
 * new patients; and so is that staff have ended it, unless its start has passed.
 * @param epoch a random number
 */
export function relinked(
  { movedFrom: _theirs, late: _too, held: _also, doubted: _settled, ...visit }: Visit,
  epoch: number,
  at: Date,
): Visit {
  const meeting = { ...visit.meeting, knownTo: "another" } as const;
  return { ...visit, ...newLinks(visit, epoch), meeting, state: unlessToCome(visit, at), relinked: at };
}

/** The visit of which it is known again for whom its links were made; the very same where that was not in doubt. */
export function undoubted(visit: Visit): Visit {
  if (visit.doubted === undefined) return visit;
  const { doubted: _settled, ...known } = visit;
  return known;
}

/** Gives everybody their next link; no older one opens again. */
export function newLinks(
  { people, epoch: before }: Pick<Visit, "people" | "epoch">,
  epoch: number,
): Required<Pick<Visit, "people" | "epoch">> {
  return {
    people: people.map(({ opened: _before, ...person }) => ({
      ...person,
      generation: Math.min(person.generation + 1, LAST_GENERATION),
    })),
    epoch: epoch === before ? (epoch + 1) % (LAST_EPOCH + 1) : epoch,
  };
}

/**
 * The visit with a link for the chart's provider room; the very same visit where it has one, or where no number is left for
 * it.
 */
export function withChartLink<V extends Pick<Visit, "people">>(visit: V): V {
  if (present(visit).some(({ ofChart }) => ofChart === true)) return visit;
  const number = nextNumber(visit);
  if (number > LAST_NUMBER) return visit;
  return { ...visit, people: [...visit.people, { number, role: "colleague", generation: 0, ofChart: true }] };
}

const MINUTE_MS = 60_000;

/** The visit with the minute in which somebody opened their link; the very same visit where the link is no longer valid. */
export function linkOpened(
  visit: Visit,
  { person, generation }: Pick<LinkClaims, "person" | "generation">,
  at: Date,
): Visit {
  const minute = Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS;
  return withPerson(visit, person, (holder) =>
    holder.generation !== generation || (holder.opened?.getTime() ?? 0) >= minute
      ? holder
      : { ...holder, opened: new Date(minute) },
  );
}

/**
 * The visit without a guest. Their generation is raised, too, because a release that does not know removal reads the same
 * row. Where both bytes are used up it cannot be raised.
 */
export function withoutGuest(visit: Visit, number: number): Visit {
  return withPerson(visit, number, (person) =>
    person.role === "patient" ? person : { ...person, ...numberedAnew(visit, person), removed: true },
  );
}

/** The very same visit is returned where nobody who is present has the number, or where the person does not change. */
function withPerson(visit: Visit, number: number, change: (person: Person) => Person): Visit {
  const before = present(visit).find((person) => person.number === number);
  const after = before && change(before);
  if (after === before) return visit;
  return { ...visit, people: visit.people.map((person) => (person === before && after ? after : person)) };
}

/** The number and generation of a person's next link; undefined when neither byte can be raised. */
function numberedAnew(
  visit: Visit,
  { number, generation }: Person,
): Pick<Person, "number" | "generation"> | undefined {
  if (generation < LAST_GENERATION) return { number, generation: generation + 1 };
  const next = nextNumber(visit);
  return next > LAST_NUMBER ? undefined : { number: next, generation: 0 };
}

function nextNumber(visit: Pick<Visit, "people">): number {
  return Math.max(0, ...visit.people.map(({ number }) => number)) + 1;
}

type Times = Pick<Visit, "start" | "end">;

export function sameTimes(one: Times, other: Times): boolean {
  return one.start.getTime() === other.start.getTime() && one.end.getTime() === other.end.getTime();
}

/** What the chart says of a visit that it does not say is cancelled. */
export interface AsCharted extends Times, Pick<Visit, "connectionId" | "departmentId"> {
  /** The chart does not say that it takes place. */
  readonly mayBeOff?: boolean;
}

/**
 * The visit as the chart has it now: with its times, its department and the chart's connection, and open again if it was cancelled and the chart
 * says that it takes place. What staff ended stays ended, unless it is moved to a start that is still to come. Whoever is
 * late for another start is not late any more, and a visit that is back at the start that it was moved from has not moved. The
 * very same visit is returned where nothing differs.
 */
export function inStep(visit: Visit, now: AsCharted, at: Date): Visit {
  const revived = visit.state === "cancelled" && now.mayBeOff !== true;
  const { start, end, departmentId, connectionId } = now;
  const isSame = visit.departmentId === departmentId && visit.connectionId === connectionId;
  if (sameTimes(visit, now) && isSame && !revived) return visit;
  const moved = visit.start.getTime() !== start.getTime();
  const { late, movedFrom: before, ...others } = visit;
  const movedFrom = !moved ? before : before?.getTime() === start.getTime() ? undefined : visit.start;
  return {
    ...others,
    ...(late !== undefined && !moved && { late }),
    start,
    end,
    departmentId,
    connectionId,
    ...(movedFrom !== undefined && { movedFrom }),
    state: revived ? "open" : moved ? unlessToCome({ ...visit, start }, at) : visit.state,
  };
}

/** The visit as the chart has cancelled it. What staff ended has taken place, unless its start is still to come. */
export const cancelled = (visit: Visit, at: Date): Visit =>
  unlessToCome(visit, at) === "open" ? { ...visit, state: "cancelled" } : visit;

/** That staff have ended a visit counts for its start and its patients; before another start, or for others, it is open. */
const unlessToCome = ({ state, start }: Pick<Visit, "state" | "start">, at: Date): Visit["state"] =>
  state === "ended" && start > at ? "open" : state;
