/** Writes the report's row of a visit, from who was in its meeting, who waited, and which messages there were. */
import { together } from "../../domain/callQuality.ts";
import { countedFirst, countedNext } from "../../domain/counting.ts";
import type { VisitRules } from "../../domain/hospital.ts";
import type { Handlers } from "../../domain/job.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { meetingOf, since as toldSince, staysSince } from "../../domain/stays.ts";
import { measured, type Usage } from "../../domain/usage.ts";
import { closes, type Visit } from "../../domain/visit.ts";
import { watchedFrom } from "../../domain/watching.ts";
import { countAt } from "../../records/counting.ts";
import type { Watched } from "../../records/presenceRow.ts";
import { attendance } from "./attended.ts";
import { lookForCalls } from "./calls.ts";
import { appointmentKept } from "./forget.ts";
import { countsOf } from "./messageCounts.ts";
import { RecordOfAnotherRelease } from "../../records/record.ts";
import type { ReportPicks } from "./parts.ts";

export function countJob(picks: ReportPicks): Handlers["usage"] {
  const readAttendance = attendance(picks);
  return async ({ of }) => {
    const { departmentDays, jobs, log, queue, usages, visits } = picks;
    const visit = await visits.byId(of.visit as VisitId);
    if (visit?.kind !== "appointment") return { kind: "done" };
    const now = queue.now();
    // A visit that was moved to a later time is counted after that, and until then has no row.
    const isCounted = now >= countedFirst(visit);
    if (isCounted) await readAttendance(visit);
    const usage = isCounted ? await usageOf(picks, visit) : undefined;
    const isRow = usage !== undefined && (visit.state !== "cancelled" || usage.outcome === "completed");
    try {
      await (isRow ? usages.write(usage) : usages.remove(visit.id));
    } catch (error) {
      // A newer release has counted the visit: that row is left to it (decision 127).
      if (!(error instanceof RecordOfAnotherRelease)) throw error;
      log.error("usage.left", error, { connection: visit.connectionId });
    }
    if (isRow) await departmentDays.had(visit.departmentId, visit.start);
    if (now >= countedFirst(visit)) await lookForCalls(picks, visit);
    const next = countedNext(visit, now);
    if (next !== undefined) await countAt(jobs, visit.id, next);
    return { kind: "done" };
  };
}

async function usageOf(picks: ReportPicks, visit: Visit): Promise<Usage> {
  const { hospital, messages, presences } = picks;
  const { id, connectionId, departmentId, start, end, organizer } = visit;
  const from = watchedFrom(visit);
  const watched = await presences.of(id);
  const presence = watched && since(watched, from);
  const quality = together((presence?.calls ?? []).map((call) => call.quality));
  const appointment = await appointmentKept(picks, id);
  const about = {
    ...{ id, connectionId, departmentId, start, end },
    messages: countsOf(await messages.of(id)),
    ...(quality && { quality }),
    ...(appointment !== undefined && { appointment }),
  };
  if (presence === undefined || !isHeard(presence, from)) return { ...about, ...NOTHING_KNOWN };
  const known = { organizer, opened: presences.staffIn(id, presence) };
  const source = presence.reported === undefined ? "presence" : "attendance";
  const meeting = meetingOf(presence, presence.reported?.stays);
  const counted: Usage = { ...about, ...measured(meeting, known), source };
  // That somebody met is certain; somebody of whom nothing was heard may have come nevertheless.
  return counted.outcome === "completed" || isWhole(presence, visit, hospital.visitRules)
    ? counted
    : { ...counted, outcome: "not-known" };
}

/** Leaves out what was before a time: a visit that was moved had another meeting then. */
function since(watched: Watched, from: Date): Watched {
  const { reported, calls, ...others } = watched;
  const stays = reported === undefined ? [] : staysSince(reported.stays, from);
  return {
    ...others,
    ...toldSince(watched, from),
    ...(calls && { calls: calls.filter(({ to }) => to >= from) }),
    ...(reported !== undefined && stays.length > 0 && { reported: { ...reported, stays } }),
  };
}

/** Whether Teams has told anything about the meeting as it is scheduled now. */
const isHeard = (presence: Watched, from: Date): boolean =>
  presence.reported !== undefined || isHeardLive(presence, from);

const isHeardLive = ({ heard, people, ends }: Watched, from: Date): boolean =>
  people.length > 0 || ends.length > 0 || (heard !== undefined && heard >= from);

/**
 * Whether Teams has told all that happened, as far as is known. Reports that were read before the time after which nobody
 * can come may be incomplete.
 */
function isWhole(presence: Watched, visit: Visit, rules: VisitRules): boolean {
  const { trouble, gap, reported } = presence;
  if (reported !== undefined && reported.read >= closes(visit, rules)) return true;
  const from = watchedFrom(visit);
  return isHeardLive(presence, from) && trouble === undefined && (gap === undefined || gap < from);
}

const NOTHING_KNOWN = {
  ...measured({ stays: [], waits: [] }, { organizer: "", opened: [] }),
  outcome: "not-known",
  source: "none",
} as const;
