/**
 * Reads how good visits' calls were. Teams' records cover every call of the tenant, so only hours with visits are listed; of
 * the other calls nothing is asked but time and meeting, and nothing is kept. What a visit's own record says is reduced to a
 * few numbers before anything is written.
 */
import { meetingKey } from "../../domain/meetingKey.ts";
import type { Handlers, Outcome } from "../../domain/job.ts";
import { closes, type Visit } from "../../domain/visit.ts";
import { watchedFrom } from "../../domain/watching.ts";
import { SealBroken } from "../../ports/keyring.ts";
import { addAgain } from "../../records/jobUpkeep.ts";
import { UnreadableRecord } from "../../records/record.ts";
import { CallRecordsFault, type CallRecord, type CallRecords } from "../../ports/callRecords.ts";
import { openErrors } from "../../web/floods.ts";
import type { ReportPicks } from "./parts.ts";

const HOUR_MS = 3_600_000;
/**
 * How long after an hour the calls that began in it are listed. A record exists within two and a half hours after its call
 * and may grow later; a visit's own record is kept for seven days after its end.
 */
const LOOKS = { first: 6 * HOUR_MS, second: 24 * HOUR_MS, last: 5 * 24 * HOUR_MS } as const;
/** Meetings that stay open for longer than this are left to somebody's forgetfulness. */
const MOST_HOURS = 12;
/** How long before a visit's scheduled time its call can begin, so that it is found by the rows of reports. */
const LONGEST_MS = 24 * HOUR_MS;

/** Asks for the next look at the hours in which the visit's calls can have begun. Asking twice changes nothing. */
export async function lookForCalls(
  picks: Pick<ReportPicks, "callRecords" | "hospital" | "jobs" | "queue">,
  visit: Visit,
): Promise<void> {
  const { callRecords, hospital } = picks;
  if (callRecords === undefined) return;
  const first = floored(watchedFrom(visit)).getTime();
  const last = closes(visit, hospital.visitRules).getTime();
  for (let number = 0, hour = first; hour <= last && number < MOST_HOURS; number++, hour += HOUR_MS)
    await lookAgain(picks, hour);
}

/** Asks for the next look at an hour, if one is left. */
async function lookAgain({ jobs, queue }: Pick<ReportPicks, "jobs" | "queue">, hour: number): Promise<void> {
  const next = Object.entries(LOOKS).find(([, after]) => hour + HOUR_MS + after > queue.now().getTime());
  if (next === undefined) return;
  const [look, after] = next;
  const of = { hour: new Date(hour).toISOString(), look };
  await jobs.add({
    kind: "calls",
    key: [String(hour), look].join("."),
    of,
    due: new Date(hour + HOUR_MS + after),
  });
}

const floored = (at: Date) => new Date(at.getTime() - (at.getTime() % HOUR_MS));

export function callsJob(picks: ReportPicks): Handlers["calls"] {
  const notRead = openErrors(picks.log, "call_quality.not_read");
  return async ({ of, signal }): Promise<Outcome> => {
    const { callRecords } = picks;
    if (callRecords === undefined) return { kind: "done" };
    try {
      await readHour({ ...picks, callRecords, notRead }, of, signal);
    } catch (error) {
      if (!(error instanceof CallRecordsFault)) throw error;
      notRead(error);
      // What is refused is looked for again at the next look; the checks of the portal say what has to be granted.
      if (error.reason === "unavailable") return { kind: "not-now", reason: "graph.unavailable" };
    }
    return { kind: "done" };
  };
}

type Reading = ReportPicks & {
  readonly callRecords: CallRecords;
  readonly notRead: (cause: unknown) => void;
};

/** After this many records in a row that Graph cannot give at the moment, it is asked for no more of them. */
const SILENCES = 3;

/** After this many refusals in a row Graph is taken to refuse all, and is asked again at the next look. */
const REFUSALS = 3;

/** The part of an hour whose calls are listed at a time; in a big tenant an hour has thousands of pages. */
const PART_MS = 5 * 60_000;
/** How long a job reads before it leaves the rest of its hour to the next one, so that a restart repeats no more. */
const ENOUGH_MS = 120_000;
/** How much later the rest of the hour is read after Graph could give nothing at the moment. */
const PAUSE_MS = 5 * 60_000;

interface Asked {
  /** From when on the hour's calls are still to be read. */
  readonly hour: string;
  readonly look: string;
}

async function readHour(picks: Reading, { hour, look }: Asked, signal: AbortSignal): Promise<void> {
  const { jobs, queue } = picks;
  const from = new Date(hour);
  const begun = queue.now().getTime();
  const ended = floored(from).getTime() + HOUR_MS;
  const ours = await visitsAt(picks, from, new Date(ended));
  if (ours.size === 0) return;
  await lookAgain(picks, floored(from).getTime());
  const read = reading(picks, ours, signal);
  /** The rest is another job, because a job is what survives a restart. It tells only a time, and nothing of anybody's calls. */
  const leaveRest = (at: number, due: Date) =>
    jobs.add({
      kind: "calls",
      key: [String(at), look].join("."),
      of: { hour: new Date(at).toISOString(), look },
      due,
    });
  const later = () => new Date(queue.now().getTime() + PAUSE_MS);
  let at = from.getTime();
  let refused = 0;
  try {
    for (; at < ended; at = Math.min(at + PART_MS, ended)) {
      const now = queue.now();
      if (at > from.getTime() && now.getTime() - begun >= ENOUGH_MS) {
        await leaveRest(at, now);
        break;
      }
      const before = new Date(Math.min(at + PART_MS, ended));
      refused = await read.between(new Date(at), before).then(
        () => 0,
        (error: unknown) => {
          const isRefused = error instanceof CallRecordsFault && error.reason === "refused";
          if (!isRefused || refused + 1 === REFUSALS) throw error;
          // It may be about this part of the hour alone, such as more pages than are read.
          picks.notRead(error);
          return refused + 1;
        },
      );
    }
  } catch (error) {
    const isLater = error instanceof CallRecordsFault && error.reason === "unavailable";
    // A record that Graph did not give before is asked for again with the rest.
    const rest = read.silences[0]?.from.getTime() ?? (isLater ? at : undefined);
    if (rest === undefined || rest === from.getTime()) throw error;
    picks.notRead(error);
    await leaveRest(rest, later());
    return;
  } finally {
    // The same part of the hour may have been read before, until Graph went away, and the visit been counted since.
    for (const { id } of read.measured)
      await addAgain(jobs, {
        kind: "usage",
        key: [id, "calls", String(from.getTime()), look].join("."),
        of: { visit: id },
        due: queue.now(),
      });
  }
  // Graph may fail for good with one record, so the others are read before it is asked for that one again.
  const [silence] = read.silences;
  if (silence === undefined) return;
  if (silence.from.getTime() === from.getTime()) throw silence.fault;
  picks.notRead(silence.fault);
  await leaveRest(silence.from.getTime(), later());
}

/** Reads the calls that began in a time, and remembers whose were measured and which records Graph did not give. */
function reading(picks: Reading, ours: ReadonlyMap<string, readonly Visit[]>, signal: AbortSignal) {
  const measured = new Set<Visit>();
  const silences: { readonly from: Date; readonly fault: CallRecordsFault }[] = [];
  let silent = 0;
  return {
    measured,
    silences,
    async between(from: Date, before: Date): Promise<void> {
      for await (const calls of picks.callRecords.begunIn(from, before)) {
        signal.throwIfAborted();
        for (const [visit, call] of oursAmong(picks, ours, calls)) {
          signal.throwIfAborted();
          const outcome = await measure(picks, visit, call);
          if (outcome === "measured") measured.add(visit);
          if (!(outcome instanceof CallRecordsFault)) silent = 0;
          else {
            silences.push({ from, fault: outcome });
            silent += 1;
            if (silent === SILENCES) throw outcome;
          }
        }
      }
    },
  };
}

function oursAmong(
  picks: Reading,
  ours: ReadonlyMap<string, readonly Visit[]>,
  calls: readonly CallRecord[],
): readonly (readonly [Visit, CallRecord])[] {
  return calls.flatMap((call) =>
    (ours.get(meetingKey(call.joinUrl) ?? "") ?? [])
      .filter((visit) => isOf(picks, visit, call))
      .map((visit) => [visit, call] as const),
  );
}

/** The visits whose calls can have begun in a time, by what is the same in every address of their meeting. */
async function visitsAt(
  { hospital, notRead, usages, visits }: Reading,
  from: Date,
  before: Date,
): Promise<ReadonlyMap<string, readonly Visit[]>> {
  const found = new Map<string, Visit[]>();
  const range = [new Date(from.getTime() - LONGEST_MS), new Date(before.getTime() + HOUR_MS)] as const;
  for await (const slice of usages.between(...range, "ascending")) {
    for (const usage of slice.usages) {
      if (watchedFrom(usage) >= before || closes(usage, hospital.visitRules) < from) continue;
      const visit = await unlessUnreadable(notRead, () => visits.byId(usage.id));
      if (visit === undefined) continue;
      const key = meetingKey(visit.meeting.joinUrl);
      if (key !== undefined) found.set(key, [...(found.get(key) ?? []), visit]);
    }
  }
  return found;
}

/** Undefined for a row that cannot be read, so that the hour's other visits are looked at all the same. */
async function unlessUnreadable<T>(
  notRead: Reading["notRead"],
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof UnreadableRecord || error instanceof SealBroken)) throw error;
    notRead(error);
    return undefined;
  }
}

/** Whether a call in the visit's meeting was during the visit; one that was moved had calls at its old time. */
const isOf = ({ hospital }: ReportPicks, visit: Visit, { from, to }: CallRecord): boolean =>
  to >= watchedFrom(visit) && from <= closes(visit, hospital.visitRules);

/**
 * A record that Graph refuses is passed over until the next look, so that the hour's other calls are read all the same.
 * @returns the fault where Graph may give the record later
 */
async function measure(
  { callRecords, notRead, presences }: Reading,
  visit: Visit,
  call: CallRecord,
): Promise<"measured" | "nothing-new" | CallRecordsFault> {
  const isToBeRead = await unlessUnreadable(notRead, () => presences.isToBeRead(visit.id, call));
  if (isToBeRead !== true) return "nothing-new";
  try {
    const quality = await callRecords.qualityOf(call.id);
    if (quality === undefined) return "nothing-new";
    await presences.measured(visit, call, quality);
    return "measured";
  } catch (error) {
    if (!(error instanceof CallRecordsFault)) throw error;
    if (error.reason === "unavailable") return error;
    notRead(error);
    return "nothing-new";
  }
}
