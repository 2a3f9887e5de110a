/** Says what a visit was: from who was in its meeting, who waited and which messages there were, to its one row. */
import { countedFirst, countedNext } from "../../domain/counting.ts";
import type { Handlers } from "../../domain/job.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { meetingOf, since as toldSince } from "../../domain/stays.ts";
import { measured, type Usage } from "../../domain/usage.ts";
import type { Visit } from "../../domain/visit.ts";
import { watchedFrom } from "../../domain/watching.ts";
import { countAt } from "../../records/counting.ts";
import type { Watched } from "../../records/presenceRow.ts";
import { attendance } from "./attended.ts";
import { countsOf } from "./messageCounts.ts";
import type { ReportPicks } from "./parts.ts";

export function countJob(picks: ReportPicks): Handlers["usage"] {
  const readAttendance = attendance(picks);
  return async ({ of }) => {
    const { jobs, queue, usages, visits } = picks;
    const visit = await visits.byId(of.visit as VisitId);
    if (visit?.kind !== "appointment") return { kind: "done" };
    const now = queue.now();
    // One that was moved to a later time is counted then, and till then there is nothing to say of it.
    if (now < countedFirst(visit)) await usages.remove(visit.id);
    else {
      await readAttendance(visit);
      const usage = await usageOf(picks, visit);
      if (visit.state === "cancelled" && usage.outcome !== "completed") await usages.remove(visit.id);
      else await usages.write(usage);
    }
    const next = countedNext(visit, now);
    if (next !== undefined) await countAt(jobs, visit.id, next);
    return { kind: "done" };
  };
}

async function usageOf({ messages, presences }: ReportPicks, visit: Visit): Promise<Usage> {
  const { id, connectionId, departmentId, start, end, organizer } = visit;
  const from = watchedFrom(visit);
  const watched = await presences.of(id);
  const presence = watched && since(watched, from);
  const about = { id, connectionId, departmentId, start, end, messages: countsOf(await messages.of(id)) };
  if (presence === undefined || !isHeard(presence, from)) return { ...about, ...NOTHING_KNOWN };
  const known = { organizer, opened: presences.staffIn(id, presence) };
  const source = presence.reported === undefined ? "presence" : "attendance";
  const meeting = meetingOf(presence, presence.reported?.stays);
  const counted: Usage = { ...about, ...measured(meeting, known), source };
  // Who met has met; who did not come may have come unheard.
  return counted.outcome === "completed" || isWhole(presence, visit)
    ? counted
    : { ...counted, outcome: "not-known" };
}

/** Without what was of a time before: a visit that was moved had another meeting then. */
function since(watched: Watched, from: Date): Watched {
  const { reported, ...others } = watched;
  const stays = reported?.stays.filter((stay) => stay.from >= from) ?? [];
  return {
    ...others,
    ...toldSince(watched, from),
    ...(reported !== undefined && stays.length > 0 && { reported: { ...reported, stays } }),
  };
}

/** Whether Teams has told anything of the meeting as it is scheduled now. */
const isHeard = ({ heard, people, ends, reported }: Watched, from: Date): boolean =>
  people.length > 0 || ends.length > 0 || reported !== undefined || (heard !== undefined && heard >= from);

/** Whether Teams has told all that happened, as far as is known. */
const isWhole = ({ trouble, gap, reported }: Watched, visit: Visit): boolean =>
  reported !== undefined || (trouble === undefined && (gap === undefined || gap < watchedFrom(visit)));

const NOTHING_KNOWN = {
  ...measured({ stays: [], waits: [] }, { organizer: "", opened: [] }),
  outcome: "not-known",
  source: "none",
} as const;
