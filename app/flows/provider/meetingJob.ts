/** The job that tells Teams of a change that it has not taken over yet, without anybody opening the page. */
import { closes, type Visit } from "../../domain/visit.ts";
import type { Handlers, Outcome } from "../../domain/job.ts";
import { addAgain } from "../../records/jobUpkeep.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { prepareSoon } from "../../records/preparing.ts";
import type { CaughtUp } from "../../records/visitInStep.ts";
import type { ProviderPicks } from "./parts.ts";

const FIRST_AFTER_MS = 60_000;

/**
 * Adds one job for each pair of times; if a visit comes back to times that it had before, the same job is done once more.
 */
export async function laterForTeams(
  { jobs, hospital }: Pick<ProviderPicks, "jobs" | "hospital">,
  visit: Visit,
): Promise<void> {
  const { id, start, end } = visit;
  await addAgain(jobs, {
    kind: "meeting",
    key: [id, String(start.getTime()), String(end.getTime())].join("."),
    of: { visit: id },
    due: new Date(jobs.now().getTime() + FIRST_AFTER_MS),
    usefulUntil: closes(visit, hospital.visitRules),
  });
}

export const meetingJob =
  ({
    foundVisits,
    jobs,
    visits,
  }: Pick<ProviderPicks, "foundVisits" | "jobs" | "visits">): Handlers["meeting"] =>
  async ({ of }) => {
    const visit = of.visit as VisitId;
    const caughtUp = await visits.catchUp(visit);
    if (caughtUp !== "gone" || (await foundVisits.byId(visit)) === undefined) return OUTCOMES[caughtUp];
    // A visit that was found in its chart has its meeting made anew when it is prepared, or is at risk.
    await prepareSoon(jobs, visit);
    return OUTCOMES["in-step"];
  };

/**
 * A meeting that is in use or gone, and a vendor that cannot be reached, are no failures; what Teams refuses may need a
 * person, so it is told as a failure.
 */
const OUTCOMES: Readonly<Record<CaughtUp, Outcome>> = {
  "in-step": { kind: "done" },
  running: { kind: "not-now", reason: "meeting.running", afterSeconds: 300 },
  gone: { kind: "not-now", reason: "meeting.not-shown", afterSeconds: 300 },
  "not-taken": { kind: "not-now", reason: "graph.times-not-taken", afterSeconds: 300 },
  unavailable: { kind: "not-now", reason: "graph.unavailable" },
  "access-policy": { kind: "failed", reason: "graph.access-policy" },
  refused: { kind: "failed", reason: "graph.refused" },
};
