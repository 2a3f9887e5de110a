/**
 * One look at the visits of a batch of a connection's locations: the soon visits before those that were missed. Visits that
 * the search did not show are read by their ids. What fails is done again, with all that was missed.
 */
import type { Environment } from "../../domain/environment.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { prepareSoon } from "../../records/preparing.ts";
import { TurnFailed, type Turn } from "../../web/flow.ts";
import { chartAt, UNREAD } from "../../charts/chartAt.ts";
import { readBatch } from "./batch.ts";
import { batchesOf, batchNamed } from "./batches.ts";
import { knownIn, knownTogether, type KnownLately } from "./known.ts";
import { departmentsAt } from "./locations.ts";
import { isWorkedOn, type Came, type Look } from "./look.ts";
import { searchedFor, searchedNow } from "./knownBefore.ts";
import { lookForMissing } from "./missing.ts";
import type { Range } from "../../domain/halfHours.ts";
import { notNarrowed, type Budget, type Narrowed } from "./narrowed.ts";
import type { FindingPicks } from "./parts.ts";
import type { Seeing } from "./readAgain.ts";
import { withoutDepartment } from "./seen.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How far back missed visits are read: what is older is over long since. */
const FURTHEST_BACK_MS = 7 * DAY_MS;
const NEAR_MS = 2 * DAY_MS;

/**
 * `near` reaches from an hour back to 48 hours ahead. `far` reaches as far ahead as patients are told of visits, and also
 * looks for visits that are away.
 */
export type Reach = "near" | "far";
const EVERY_SECONDS: Readonly<Record<Reach, number>> = { near: 60, far: 900 };
/** Shorter on a laptop, where nobody waits a minute to see what was booked. */
const NEAR_ON_A_LAPTOP_SECONDS = 5;

export const everySeconds = (environment: Environment, reach: Reach): number =>
  environment === "local" && reach === "near" ? NEAR_ON_A_LAPTOP_SECONDS : EVERY_SECONDS[reach];

/** How far ahead visits are compared with their own rows: each costs one row more to read. */
const COMPARED_MS: Readonly<Record<Reach, number>> = { near: 4 * HOUR_MS, far: NEAR_MS };

/** After this many turns without a whole one, the chart counts as having been away. */
const TURNS_AWAY = 2.5;

/**
 * How many pieces of time a round searches whose answers would otherwise be too large: 30 a minute for the near one, 8 for
 * the far one. A near range of 98 half hours has been read once in 5 minutes, the 14 days of a far one in two hours.
 */
const BUDGETS: Readonly<Record<Reach, Budget>> = {
  near: { pieces: 30, freshMs: 10 * 60_000 },
  far: { pieces: 120, freshMs: 4 * HOUR_MS },
};

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
  /** Which of a batch's visits that are away was looked up last, and which of those that are off. */
  readonly lookedUp: Map<string, VisitId>;
  /** In how many batches a connection's locations were searched when its first batch came round last. */
  readonly batches: Map<string, number>;
  readonly knownLately: KnownLately;
  /** How a batch is asked whose answers were too large, by reach and batch. */
  readonly narrowed: Map<string, Narrowed>;
}
export const newTurns = (): Turns => ({
  lookedUp: new Map(),
  batches: new Map(),
  knownLately: new Map(),
  narrowed: new Map(),
});

/** @throws RoundBroken */
export async function lookRound(
  parts: FindingPicks,
  reach: Reach,
  { of = "", since, signal, leftOut, keptBack, tooLarge, changeUnread }: Turn,
  { batches, knownLately, lookedUp, narrowed }: Turns,
): Promise<void> {
  const { connectionId, number } = batchNamed(of);
  const departmentOf = await departmentsAt(parts, connectionId);
  const all = batchesOf(departmentOf.keys());
  const batch = all[number - 1] ?? [];
  batches.set(connectionId, all.length);
  const at = await chartAt(parts, connectionId, { as: "round", signal });
  if (at.kind === "gone") return;
  if (at.kind === "unwell") throw new RoundBroken("unwell", "the chart is not asked: " + at.reason);
  const seeing: Seeing = { at, departmentOf, ...(since !== undefined && { since }) };
  const ranges = rangesOf(reach, parts.queue.now(), since, parts.messageRules.aheadDays);
  const range = { ...ranges.now, from: (ranges.missed ?? ranges.now).from };
  // What is missed reaches further back for one batch than for others, so it is not shared.
  const sharing = { name: [reach, connectionId].join(" "), connectionId, number, count: all.length };
  const before = await (ranges.missed === undefined
    ? knownTogether(parts, knownLately, sharing, range)
    : knownIn(parts, connectionId, range));
  const damaged = number === 1 ? before.damaged : 0;
  const came: Came = {
    unreadable: 0,
    keptBack: 0,
    over: 0,
    damaged,
    changeUnread: 0,
    changeUnasked: 0,
    isAnswered: false,
    unanswered: 0,
  };
  const asOf = parts.queue.now();
  const isBack =
    since === undefined ||
    asOf.getTime() - since.getTime() > TURNS_AWAY * everySeconds(parts.environment, reach) * 1000;
  const prepare = (visit: VisitId) => prepareSoon(parts.jobs, visit, isBack ? UNREAD : undefined);
  const wanted = searchedFor(at.connection);
  const searched = await parts.searched.of(wanted);
  const comparedBefore = new Date(asOf.getTime() + COMPARED_MS[reach]);
  const look: Look = { parts, seeing, searched, known: before.visits, comparedBefore, signal, prepare, came };
  if (number === 1) await leaveUnsearched(look);
  const turn = [reach, of].join(" ");
  const asked = narrowed.get(turn) ?? notNarrowed();
  narrowed.set(turn, asked);

  const { broken, wasRead, halfHours } = await lookAtBatch(look, batch, { reach, ranges, lookedUp, asked });
  // How far ahead is meant is a guess while what is set of it cannot be read.
  if (reach === "far" && !parts.messageRules.isUnknown) {
    const { aheadDays } = parts.messageRules;
    const now = new Set(wasRead ? batch : []);
    await parts.searched.change(wanted, (days) => searchedNow(days, departmentOf.keys(), now, aheadDays));
  }
  leftOut?.(came.unreadable);
  keptBack?.(came.keptBack);
  changeUnread?.(came.changeUnread);
  if (halfHours !== undefined) {
    tooLarge?.(halfHours);
    tellTooLarge(look, asked, halfHours);
  }
  if (came.over > 0) parts.log.warn("visits.found_over", { connection: connectionId, count: came.over });
  // Logged by the far round only: the near round would say it each minute.
  if (reach === "far") tellUnreadable(look);
  const [first] = broken;
  if (first !== undefined) throw new RoundBroken(first, "not all visits could be read: " + broken.join(", "));
}

interface LookedAtBatch {
  /** The reasons why not all was read. */
  readonly broken: readonly string[];
  /** Whether the search was not given up, and has come to all that it can read. */
  readonly wasRead: boolean;
  /** Of how many half hours the answers were too large; absent where that is not known. */
  readonly halfHours?: number;
}

async function lookAtBatch(
  look: Look,
  batch: readonly string[],
  {
    reach,
    ranges,
    lookedUp,
    asked,
  }: { reach: Reach; ranges: Ranges; asked: Narrowed } & Pick<Turns, "lookedUp">,
): Promise<LookedAtBatch> {
  if (batch.length === 0) return { broken: [], wasRead: true, halfHours: 0 };
  const read = await readBatch(look, batch, ranges.now, asked, BUDGETS[reach]);
  if (read.kind === "stopped") return { broken: [read.why], wasRead: false };
  const broken = read.kind === "gaps" ? [read.why] : [];
  const searched = { isFar: reach === "far", hasGaps: read.kind !== "whole" };
  if (!(await lookForMissing(look, batch, searched, lookedUp))) broken.push("missing-unread");
  const missed = ranges.missed && (await readBatch(look, batch, ranges.missed, asked, BUDGETS[reach]));
  // What is too large does not hold back what was missed: it would be read again each minute, and is over.
  if (missed?.kind === "gaps" || missed?.kind === "stopped") broken.push(missed.why);
  if (look.came.changeUnasked > 0) broken.push("change-unread");
  const halfHours = read.kind === "too-large" ? read.halfHours : read.kind === "whole" ? 0 : undefined;
  const wasRead = !(read.kind === "too-large" && read.isBegun);
  return { broken, wasRead, ...(halfHours !== undefined && { halfHours }) };
}

/** Logged once by each process when it begins to be so: the check says it for as long as it is so. */
function tellTooLarge({ parts, seeing }: Look, asked: Narrowed, halfHours: number): void {
  const isNew = halfHours > 0 && !asked.isTold;
  asked.isTold = halfHours > 0;
  if (!isNew) return;
  parts.log.warn("visits.too_large", { connection: seeing.at.connection.id, count: halfHours });
}

function tellUnreadable({ parts, seeing, came }: Look): void {
  const connection = seeing.at.connection.id;
  if (came.unreadable > 0) parts.log.warn("visits.unreadable", { connection, count: came.unreadable });
  if (came.keptBack > 0) parts.log.warn("visits.kept_back", { connection, count: came.keptBack });
  if (came.changeUnread > 0) parts.log.warn("visits.change_unread", { connection, count: came.changeUnread });
  if (came.damaged > 0) parts.log.warn("visits.rows_unreadable", { connection, count: came.damaged });
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
