/** Says what a visit was: from who was in its meeting, who waited and which messages there were, to its one row. */
import { countedFirst, countedNext } from "../../domain/counting.ts";
import type { Handlers } from "../../domain/job.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { meetingOf } from "../../domain/stays.ts";
import { measured, type Usage } from "../../domain/usage.ts";
import type { Visit } from "../../domain/visit.ts";
import { countAt } from "../../records/counting.ts";
import { countsOf } from "./messageCounts.ts";
import type { ReportPicks } from "./parts.ts";

export const countJob =
  (picks: ReportPicks): Handlers["usage"] =>
  async ({ of }) => {
    const { jobs, queue, usages, visits } = picks;
    const visit = await visits.byId(of.visit as VisitId);
    if (visit?.kind !== "appointment") return { kind: "done" };
    const now = queue.now();
    // One that was moved to a later time is counted then.
    if (now >= countedFirst(visit)) {
      const usage = await usageOf(picks, visit);
      if (visit.state === "cancelled" && usage.outcome !== "completed") await usages.remove(visit.id);
      else await usages.write(usage);
    }
    const next = countedNext(visit, now);
    if (next !== undefined) await countAt(jobs, visit.id, next);
    return { kind: "done" };
  };

async function usageOf({ messages, presences }: ReportPicks, visit: Visit): Promise<Usage> {
  const { id, connectionId, departmentId, start, end, organizer } = visit;
  const presence = await presences.of(id);
  const about = { id, connectionId, departmentId, start, end, messages: countsOf(await messages.of(id)) };
  const isTold = presence !== undefined && (presence.people.length > 0 || presence.trouble === undefined);
  return isTold
    ? { ...about, ...measured(meetingOf(presence), organizer), source: "presence" }
    : { ...about, ...NOTHING_KNOWN };
}

const NOTHING_KNOWN = {
  ...measured({ stays: [], waits: [] }, ""),
  outcome: "not-known",
  source: "none",
} as const;
