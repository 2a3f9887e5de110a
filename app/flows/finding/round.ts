/**
 * One look at a connection's visits: one batch of locations after another, the soon visits before those that were missed.
 * Visits that a batch did not show are read by their ids. A batch that fails stops no other; the round is then done again,
 * with all that was missed.
 */
import { writeBackOf } from "../../domain/defaults.ts";
import type { Environment } from "../../domain/environment.ts";
import { isSoon, type FoundVisit } from "../../domain/found.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { MOST_LOCATIONS } from "../../ports/systemEhr.ts";
import { prepareSoon } from "../../records/preparing.ts";
import { TurnFailed, type Turn } from "../../web/flow.ts";
import { chartAt, UNREAD } from "../../charts/chartAt.ts";
import { readBatch, type Range } from "./batch.ts";
import { hasOwnLinks } from "./chartLinks.ts";
import { departmentsAt } from "./locations.ts";
import { isWorkedOn, unlessDamaged, type Came, type Look } from "./look.ts";
import { isSame, searchedFor, searchedNow } from "./knownBefore.ts";
import { lookAtMeetings, type LookedAt } from "./lookAtMeetings.ts";
import { lookForMissing } from "./missing.ts";
import type { FindingPicks } from "./parts.ts";
import type { Seeing } from "./readAgain.ts";
import { withoutDepartment } from "./seen.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How far back missed visits are read: what is older is over long since. */
const FURTHEST_BACK_MS = 7 * DAY_MS;
const NEAR_MS = 2 * DAY_MS;

/**
 * `near` reaches from an hour back to 48 hours ahead. `far` reaches as far ahead as patients are told of visits; it also
 * looks for visits that are away, and looks over all visits of the next day.
 */
export type Reach = "near" | "far";
const EVERY_SECONDS: Readonly<Record<Reach, number>> = { near: 60, far: 900 };
/** Shorter on a laptop, where nobody waits a minute to see what was booked. */
const NEAR_ON_A_LAPTOP_SECONDS = 5;

export const everySeconds = (environment: Environment, reach: Reach): number =>
  environment === "local" && reach === "near" ? NEAR_ON_A_LAPTOP_SECONDS : EVERY_SECONDS[reach];

/** After this many turns without a whole one, the chart counts as having been away. */
const TURNS_AWAY = 2.5;

/** What is to be read; and what was missed and lies further back, which is read after it. */
export interface Ranges {
  readonly now: Range;
  readonly missed?: Range;
}

export function rangesOf(reach: Reach, now: Date, since: Date | undefined, aheadDays: number): Ranges {
  const at = now.getTime();
  if (reach === "far") {
    const before = at + Math.max(aheadDays * DAY_MS, NEAR_MS + HOUR_MS);
    return { now: { from: now, before: new Date(before) } };
  }
  const from = new Date(at - HOUR_MS);
  const missed = new Date(Math.max((since?.getTime() ?? at) - HOUR_MS, at - FURTHEST_BACK_MS));
  return {
    now: { from, before: new Date(at + NEAR_MS) },
    ...(missed < from && { missed: { from: missed, before: from } }),
  };
}

/** Not everything could be read. The round is done again, from when it was last whole. */
export class RoundBroken extends TurnFailed {
  override readonly name = "RoundBroken";

  /** @param reason why not, in the words of `putOff`, without "ehr." */
  constructor(reason: string, message: string) {
    super("ehr." + reason, message);
  }
}

/** What a process remembers from round to round. If it is lost, only the order of turns is lost with it. */
export interface Turns {
  /** Which of a batch's visits that are away was looked up last. */
  readonly lookedUp: Map<string, VisitId>;
  /** Which batch a round begins with. */
  readonly first: Map<string, string>;
  /** When the meetings of a connection's soon visits were last looked at. */
  readonly lookedAt: LookedAt;
}
export const newTurns = (): Turns => ({ lookedUp: new Map(), first: new Map(), lookedAt: new Map() });

/** @throws RoundBroken */
export async function lookRound(
  parts: FindingPicks,
  reach: Reach,
  { of = "", since, signal, leftOut }: Turn,
  turns: Turns,
): Promise<void> {
  const at = await chartAt(parts, of, { as: "round", signal });
  if (at.kind === "gone") return;
  if (at.kind === "unwell") throw new RoundBroken("unwell", "the chart is not asked: " + at.reason);
  const seeing: Seeing = { at, departmentOf: await departmentsAt(parts, of) };
  const ranges = rangesOf(reach, parts.queue.now(), since, parts.messageRules.aheadDays);
  const came: Came = { unreadable: 0, over: 0, damaged: 0, isAnswered: false, unanswered: 0 };
  const known = await knownIn(parts, of, { ...ranges.now, from: (ranges.missed ?? ranges.now).from }, came);
  const asOf = parts.queue.now();
  const isBack =
    since === undefined ||
    asOf.getTime() - since.getTime() > TURNS_AWAY * everySeconds(parts.environment, reach) * 1000;
  const prepare = (visit: VisitId) => prepareSoon(parts.jobs, visit, isBack ? UNREAD : undefined);
  const wanted = searchedFor(at.connection);
  const searched = await parts.searched.of(wanted);
  const look: Look = { parts, seeing, searched, known, signal, prepare, came };
  if (reach === "far") await lookOver(look, turns);
  await leaveUnsearched(look);
  const { broken, unread } = await lookAtAll(look, reach, ranges, turns);
  if (reach === "far") {
    const { aheadDays } = parts.messageRules;
    const after = searchedNow(searched, seeing.departmentOf.keys(), new Set(unread), aheadDays);
    if (!isSame(searched, after)) await parts.searched.keep(wanted, after);
  }
  leftOut?.(came.unreadable);
  if (came.over > 0) parts.log.warn("visits.found_over", { connection: of, count: came.over });
  // Logged by the far round only: the near round would say it each minute.
  if (reach === "far") tellUnreadable(look);
  const [first] = broken;
  if (first !== undefined) throw new RoundBroken(first, "not all visits could be read: " + broken.join(", "));
}

/** @returns the reasons why not all was read, and the locations whose reading was given up */
async function lookAtAll(
  look: Look,
  reach: Reach,
  ranges: Ranges,
  { first, lookedUp }: Turns,
): Promise<{ readonly broken: readonly string[]; readonly unread: readonly string[] }> {
  const name = [reach, look.seeing.at.connection.id].join(" ");
  const batches = beginningWith(first.get(name), batchesOf([...look.seeing.departmentOf.keys()]));
  const broken: string[] = [];
  const brokeOff: (readonly string[])[] = [];
  const unread: string[] = [];
  const readAll = async (range: Range, then: (batch: readonly string[]) => Promise<void>) => {
    for (const batch of batches) {
      const read = await readBatch(look, batch, range);
      if (read.kind !== "whole") {
        broken.push(read.why);
        brokeOff.push(batch);
      }
      if (read.kind === "stopped") unread.push(...batch);
      else await then(batch);
    }
  };
  await readAll(ranges.now, async (batch) => {
    if (!(await lookForMissing(look, batch, reach === "far", lookedUp))) broken.push("missing-unread");
  });
  if (ranges.missed !== undefined) await readAll(ranges.missed, () => Promise.resolve());
  const next = firstOfNext(batches, brokeOff);
  if (next === undefined) first.delete(name);
  else first.set(name, next.join());
  return { broken, unread };
}

/**
 * The batch that the next round begins with: the one that broke off first. If that was the first batch already, the one
 * after it, so that none keeps all others waiting.
 */
function firstOfNext(
  batches: readonly (readonly string[])[],
  [brokeOff]: readonly (readonly string[])[],
): readonly string[] | undefined {
  return brokeOff !== undefined && brokeOff === batches[0] ? (batches[1] ?? brokeOff) : brokeOff;
}

function beginningWith(
  first: string | undefined,
  batches: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  const at = batches.findIndex((batch) => batch.join() === first);
  return at <= 0 ? batches : [...batches.slice(at), ...batches.slice(0, at)];
}

function tellUnreadable({ parts, seeing, came }: Look): void {
  const connection = seeing.at.connection.id;
  if (came.unreadable > 0) parts.log.warn("visits.unreadable", { connection, count: came.unreadable });
  if (came.damaged > 0) parts.log.warn("visits.rows_unreadable", { connection, count: came.damaged });
}

async function knownIn(
  { foundVisits }: FindingPicks,
  connectionId: string,
  { from, before }: Range,
  came: Came,
): Promise<Map<VisitId, FoundVisit>> {
  const known = new Map<VisitId, FoundVisit>();
  for await (const { found, damaged } of foundVisits.between(connectionId, from, before)) {
    for (const one of found) known.set(one.id, one);
    came.damaged += damaged;
  }
  return known;
}

/** Has every soon visit prepared again for which something is wrong, or not as it was when it was made ready. */
async function lookOver(look: Look, { lookedAt }: Turns): Promise<void> {
  const { parts, seeing, known, prepare } = look;
  const now = parts.queue.now();
  const { links: writes } = writeBackOf(parts.environment, seeing.at.connection);
  const well: FoundVisit[] = [];
  for (const found of known.values()) {
    if (!isSoon(found, now) || !isWorkedOn(found, now)) continue;
    await unlessDamaged(look, async () => {
      const visit = await parts.visits.ofLink(found.id);
      // A launch found it cancelled, and the chart may have it again since.
      const isOff = visit?.state === "cancelled";
      const isUnwell = found.risk !== undefined || !found.hasMeeting || isOff;
      if (isUnwell || (writes && !hasOwnLinks(parts, found, visit))) await prepare(found.id);
      else well.push(found);
    });
  }
  await lookAtMeetings(look, well, lookedAt);
}

/**
 * Marks the visits at locations that are not searched any more, because their department has left the stack, or the location
 * its department.
 */
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
