/**
 * One look at a connection's visits: batch of locations by batch, page by page. What was not seen in a batch that was read
 * whole is read by its id. One batch that fails stops no other; the round is then done again, with all that was missed.
 */
import { atMost } from "../../domain/few.ts";
import { wantsMeeting, type FoundVisit } from "../../domain/found.ts";
import { standingOf } from "../../domain/appointmentStatus.ts";
import { writeBackOf } from "../../domain/defaults.ts";
import type { Environment } from "../../domain/environment.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { MOST_LOCATIONS, type BrokenOff, type SystemAppointment } from "../../ports/systemEhr.ts";
import { prepareSoon } from "../../records/preparing.ts";
import type { Turn } from "../../web/flow.ts";
import { chartAt, UNREAD } from "../../charts/chartAt.ts";
import { departmentsAt } from "./locations.ts";
import type { FindingPicks } from "./parts.ts";
import { readAgain, seenIn, type Seeing } from "./readAgain.ts";
import { hasOwnLinks } from "./chartLinks.ts";
import { firstSeen, lacksTimes, seenAgain, withoutDepartment } from "./seen.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** What was missed for longer is long over. */
const FURTHEST_BACK_MS = 7 * DAY_MS;
const NEAR_MS = 2 * DAY_MS;
const LOOKED_UP_AT_ONCE = 4;
/** Of those that are missing, in one round: what is left comes in the next. */
const MOST_LOOKED_UP = 100;
/** How often a search that broke off is gone on with. */
const MOST_GONE_ON = 3;

/**
 * `near`: an hour back to 48 hours ahead. `far`: as far ahead as visits are told of; what is away is looked for, too, and
 * what is soon is looked over wholly.
 */
export type Reach = "near" | "far";
const EVERY_SECONDS: Readonly<Record<Reach, number>> = { near: 60, far: 900 };
/** On a laptop nobody waits a minute to see what was booked. */
const NEAR_ON_A_LAPTOP_SECONDS = 5;

export const everySeconds = (environment: Environment, reach: Reach): number =>
  environment === "local" && reach === "near" ? NEAR_ON_A_LAPTOP_SECONDS : EVERY_SECONDS[reach];

/** So many turns without a whole one, and the chart was away. */
const TURNS_AWAY = 2.5;

export interface Range {
  readonly from: Date;
  readonly before: Date;
}

export function rangeOf(reach: Reach, now: Date, since: Date | undefined, aheadDays: number): Range {
  const at = now.getTime();
  if (reach === "far") {
    const before = at + Math.max(aheadDays * DAY_MS, NEAR_MS + HOUR_MS);
    return { from: now, before: new Date(before) };
  }
  const missed = Math.min(at, since?.getTime() ?? at) - HOUR_MS;
  return { from: new Date(Math.max(missed, at - FURTHEST_BACK_MS)), before: new Date(at + NEAR_MS) };
}

/** Not all of it could be read: done again, from where it was last whole. */
export class RoundBroken extends Error {
  override readonly name = "RoundBroken";
}

/** @param endedAt kept from round to round. @throws RoundBroken */
export async function lookRound(
  parts: FindingPicks,
  reach: Reach,
  { of = "", since, signal, leftOut }: Turn,
  endedAt: Map<string, VisitId>,
): Promise<void> {
  const at = await chartAt(parts, of, { as: "round", signal });
  if (at.kind === "gone") return;
  if (at.kind === "unwell") throw new RoundBroken("the chart is not asked: " + at.reason);
  const seeing: Seeing = { at, departmentOf: await departmentsAt(parts, of) };
  const range = rangeOf(reach, parts.queue.now(), since, parts.messageRules.aheadDays);
  const known = await knownIn(parts, of, range);
  const asOf = parts.queue.now();
  const isBack =
    since === undefined ||
    asOf.getTime() - since.getTime() > TURNS_AWAY * everySeconds(parts.environment, reach) * 1000;
  const prepare = (visit: VisitId) =>
    prepareSoon(parts.jobs, visit, parts.queue.now(), isBack ? UNREAD : undefined);
  const look: Look = { parts, seeing, range, known, signal, endedAt, prepare, unreadable: { count: 0 } };
  if (reach === "far") await lookOver(look);
  await leaveUnsearched(look);
  const broken: string[] = [];
  for (const batch of batchesOf([...seeing.departmentOf.keys()])) {
    const whole = await lookAtBatch(look, batch);
    if (whole !== undefined) broken.push(whole);
    else if (!(await lookForMissing(look, batch, reach))) broken.push("missing ones were not read");
  }
  const { count } = look.unreadable;
  leftOut?.(count);
  // The near round would say it each minute.
  if (count > 0 && reach === "far") parts.log.warn("visits.unreadable", { connection: of, count });
  if (broken.length > 0) throw new RoundBroken("not all visits could be read: " + broken.join(", "));
}

interface Look {
  readonly parts: FindingPicks;
  readonly seeing: Seeing;
  readonly range: Range;
  /** Those that were found before; each is taken out when it is seen. */
  readonly known: Map<VisitId, FoundVisit>;
  readonly signal: AbortSignal;
  /** Which of those that are away was looked up last, by batch. */
  readonly endedAt: Map<string, VisitId>;
  /** Appointments that may be video visits and cannot be read. */
  readonly unreadable: { count: number };
  /** Once more, and without waiting where it was put off while the chart was away. */
  readonly prepare: (visit: VisitId) => Promise<void>;
}

async function knownIn(
  { foundVisits }: FindingPicks,
  connectionId: string,
  { from, before }: Range,
): Promise<Map<VisitId, FoundVisit>> {
  const known = new Map<VisitId, FoundVisit>();
  for await (const page of foundVisits.between(connectionId, from, before))
    for (const found of page) known.set(found.id, found);
  return known;
}

/** So soon, nothing may be wrong with a visit without being known. */
const SOON_MS = DAY_MS;

/** Whatever is wrong, or not as it was when it was made ready, is prepared again. */
async function lookOver({ parts, seeing, known, prepare }: Look): Promise<void> {
  const now = parts.queue.now();
  const { links: writes } = writeBackOf(parts.environment, seeing.at.connection);
  for (const found of known.values()) {
    const isSoon = found.start.getTime() - now.getTime() < SOON_MS;
    if (!isSoon || !isWorkedOn(found, now)) continue;
    if (found.risk !== undefined || !found.hasMeeting || (writes && !(await hasOwnLinks(parts, found))))
      await prepare(found.id);
  }
}

/** Nobody would see them: their department has left the stack, or the location its department. */
async function leaveUnsearched({ parts, seeing, known }: Look): Promise<void> {
  const now = parts.queue.now();
  for (const found of known.values())
    if (isWorkedOn(found, now) && !seeing.departmentOf.has(found.location))
      await parts.foundVisits.edit(found.id, (each) => ({ found: withoutDepartment(each) }));
}

function batchesOf(locations: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(locations.length / MOST_LOCATIONS);
  return Array.from({ length: count }, (_, index) =>
    locations.slice(index * MOST_LOCATIONS, (index + 1) * MOST_LOCATIONS),
  );
}

/** @returns why not all of it was read, or undefined. */
async function lookAtBatch(look: Look, locations: readonly string[]): Promise<string | undefined> {
  const { chart } = look.seeing.at;
  let { from } = look.range;
  for (let times = 0; ; times++) {
    let last = from;
    let broken: BrokenOff | undefined;
    for await (const page of chart.appointments({ locations, from, before: look.range.before })) {
      if (look.signal.aborted) return "somebody else goes on";
      if (page.kind === "broken-off") broken = page;
      else {
        for (const hint of page.hints)
          if (hint.kind === "entries-skipped") look.unreadable.count += hint.count;
        for (const appointment of page.appointments) {
          await see(look, appointment);
          const start = appointment.times?.start ?? last;
          if (start > last && start < look.range.before) last = start;
        }
      }
    }
    if (broken === undefined) return undefined;
    const goesOn =
      last > from && times < MOST_GONE_ON && broken.by.kind !== "limited" && broken.by.kind !== "shut-out";
    if (!goesOn) return broken.by.kind;
    from = last;
  }
}

async function see(
  { parts, seeing, known, prepare, unreadable }: Look,
  appointment: SystemAppointment,
): Promise<void> {
  const seen = seenIn(parts, seeing, appointment);
  const mayBeKnown = known.get(seen.id);
  // Of most appointments of a hospital there is nothing to be known.
  const before = mayBeKnown ?? (appointment.isVideo ? await parts.foundVisits.byId(seen.id) : undefined);
  known.delete(seen.id);
  const now = parts.queue.now();
  if (before === undefined) {
    if (lacksTimes(seen)) unreadable.count += 1;
    const first = firstSeen(seen, now);
    if (first === undefined || (await parts.visits.isDeleted(seen.id))) return;
    await parts.foundVisits.add(first.found, appointment.id, first.change);
    if (first.change !== undefined) await prepare(seen.id);
    else parts.log.warn("visit.found_over", { connection: seen.connectionId });
    return;
  }
  if (standingOf(appointment.status) === "off") {
    // A search's word cancels nothing.
    if (before.standing !== "cancelled") await readAgain(parts, seeing, before);
    return;
  }
  const next = seenAgain(before, seen, now);
  const kept =
    next.found === before
      ? before
      : await parts.foundVisits.edit(seen.id, (each) => seenAgain(each, seen, now));
  if (kept !== undefined && isWorkedOn(kept, now) && isUnready(parts, seeing, kept, now))
    await prepare(seen.id);
}

const isWorkedOn = ({ standing, end }: FoundVisit, now: Date) =>
  standing === "on" && end.getTime() > now.getTime();

/**
 * It is not as it was when it was last prepared, or lacks what it is time for. What could not be repaired is tried again by its own
 * job, or when the chart has changed.
 */
function isUnready({ environment }: FindingPicks, { at }: Seeing, found: FoundVisit, now: Date): boolean {
  if (found.prepared !== found.seen) return true;
  if (!found.hasMeeting && wantsMeeting(found, now)) return true;
  return (
    found.risk === undefined && found.links === undefined && writeBackOf(environment, at.connection).links
  );
}

/** From the one after `last` on, and then from the beginning, so that each has its turn. */
function inTurnAfter(all: readonly FoundVisit[], last: VisitId | undefined): readonly FoundVisit[] {
  const sorted = all.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  const first = last === undefined ? 0 : sorted.findIndex(({ id }) => id > last);
  return first <= 0 ? sorted : [...sorted.slice(first), ...sorted.slice(0, first)];
}

/**
 * Those that take place come first. Absence says nothing about a visit, but that it is to be read by its id.
 * @returns whether all that take place were read.
 */
async function lookForMissing(
  { parts, seeing, known, endedAt, prepare }: Look,
  locations: readonly string[],
  reach: Reach,
): Promise<boolean> {
  const now = parts.queue.now();
  const missing = [...known.values()].filter(
    (found) =>
      locations.includes(found.location) &&
      found.end.getTime() > now.getTime() &&
      (found.standing === "on" || (found.standing === "away" && reach === "far")),
  );
  const inTurn = atMost(LOOKED_UP_AT_ONCE);
  const on = missing.filter(({ standing }) => standing === "on");
  const away = inTurnAfter(
    missing.filter(({ standing }) => standing === "away"),
    endedAt.get(locations.join()),
  );
  const looked = [...on, ...away].slice(0, MOST_LOOKED_UP);
  const lastAway = looked.findLast(({ standing }) => standing === "away");
  if (lastAway !== undefined) endedAt.set(locations.join(), lastAway.id);
  const read = await Promise.all(
    looked.map((found) =>
      inTurn(async () => {
        const again = await readAgain(parts, seeing, found);
        if (again.kind === "on") await prepare(found.id);
        return again.kind;
      }),
    ),
  );
  return !read.includes("trouble") && on.length <= MOST_LOOKED_UP;
}
