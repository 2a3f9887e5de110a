/** A visit is kept in step with its chart, and Teams is told; what Teams does not take over at once, it is told later. */
import { isYounger } from "../domain/age.ts";
import type { Department } from "../domain/hospital.ts";
import type { VisitId } from "../domain/linkToken.ts";
import { inStep, sameTimes, type Visit } from "../domain/visit.ts";
import { MeetingsFault } from "../ports/meetings.ts";
import { changeKept, changeVisit, readKept, withVisit } from "./keptVisits.ts";
import { forPatients } from "./visitPatients.ts";
import type { Kept } from "./visitRow.ts";
import type { AppointmentFacts, VisitsDeps } from "./visitFacts.ts";

/** `running`: somebody is in the meeting, or it is being closed or opened, so Teams takes nothing else yet. The rest is why it refused. */
export type CaughtUp = "in-step" | "running" | MeetingsFault["reason"];

/** Teams is asked again a minute later at the earliest: while somebody is in the meeting, it refuses each time. */
const NOT_ASKED_AGAIN_MS = 60_000;

/** What the chart says now holds, whatever Teams says of it. The organizer stays whoever it was. Undefined where none is known. */
export async function keepInStep(
  deps: VisitsDeps,
  id: VisitId,
  facts: AppointmentFacts,
): Promise<Visit | undefined> {
  const { start, end, department } = facts;
  const now = deps.now();
  const changed = await changeKept(deps, id, async (before) => {
    const kept = await forPatients(deps, before, facts.patients);
    const next = inStep(kept.visit, { start, end, departmentId: department.id }, now);
    const differs = !sameTimes(next, kept.visit) || department.lobby !== kept.lobby;
    if (!differs || kept.visit.behind !== undefined) return withVisit(kept, next);
    // Written before Teams is asked, so that a process that ends in between leaves it to the next view.
    return withVisit(kept, { ...next, behind: new Date(now.getTime() - NOT_ASKED_AGAIN_MS) });
  });
  if (changed === undefined) return undefined;
  const { visit, lobby } = changed;
  if (visit.behind === undefined || isYounger(visit.behind.getTime(), now, NOT_ASKED_AGAIN_MS)) return visit;
  return (await broughtInStep(deps, { visit, lobby }, department.lobby)).visit;
}

export async function catchUp(deps: VisitsDeps, id: VisitId): Promise<CaughtUp> {
  const kept = await readKept(deps, id);
  if (kept?.visit.behind === undefined || kept.visit.state !== "open") return "in-step";
  const department = await deps.hospital.department(kept.visit.departmentId);
  return (await broughtInStep(deps, kept, department?.lobby ?? kept.lobby)).caughtUp;
}

/** Asks Teams, and keeps what came of it. */
async function broughtInStep(
  deps: VisitsDeps,
  { visit, lobby: before }: Pick<Kept, "visit" | "lobby">,
  lobby: Department["lobby"],
): Promise<{ readonly visit: Visit; readonly caughtUp: CaughtUp }> {
  const now = deps.now();
  const caughtUp = await tellTeams(deps, visit, before, lobby);
  const after = await changeVisit(deps, visit.id, (kept) => {
    // The chart may have moved it once more meanwhile: then the other one asks.
    if (kept.visit.behind === undefined || !sameTimes(kept.visit, visit)) return kept;
    if (caughtUp !== "in-step") return { ...kept, visit: { ...kept.visit, behind: now } };
    const { behind: _over, ...inStepNow } = kept.visit;
    return { ...kept, visit: inStepNow, lobby };
  });
  return { visit: after, caughtUp };
}

async function tellTeams(
  { meetings, log }: VisitsDeps,
  { id, connectionId, organizer, meeting, start, end, roomAsked, roomClosed }: Visit,
  before: Department["lobby"],
  lobby: Department["lobby"],
): Promise<CaughtUp> {
  try {
    // How Teams takes two that are asked at once, nobody knows.
    if (lobby !== before && roomAsked !== undefined) return "running";
    // One that is closed gets its lobby rule when it is opened.
    if (lobby === before || roomClosed !== undefined) {
      const moved = await meetings.move({ organizer, id: meeting.id }, { start, end });
      return moved === "moved" ? "in-step" : "running";
    }
    const { behind = "in-step" } = await meetings.open({ visitId: id, organizer, start, end, lobby });
    if (behind instanceof MeetingsFault) throw behind;
    return behind;
  } catch (error) {
    if (!(error instanceof MeetingsFault)) throw error;
    log.error("meeting.not_changed", error, { connection: connectionId });
    return error.reason;
  }
}
