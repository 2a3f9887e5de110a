/** Keeps a visit in step with its chart, and tells Teams. What Teams does not take over at once, it is told later. */
import { isYounger } from "../domain/age.ts";
import type { Department } from "../domain/hospital.ts";
import type { VisitId } from "../domain/linkToken.ts";
import { inStep, sameTimes, wantsOwnMeeting, type Visit } from "../domain/visit.ts";
import { MeetingsFault } from "../ports/meetings.ts";
import { changeKept, changeVisit, readKept, tellAway, withVisit } from "./keptVisits.ts";
import { VisitChanged } from "./visitChanged.ts";
import { forPatients, type OpenedBy, type Owned } from "./visitDoubt.ts";
import type { Kept } from "./visitRow.ts";
import type { AppointmentFacts, VisitsDeps } from "./visitFacts.ts";
import { asRequest, isGone, madeForAnother } from "./visitMeeting.ts";

/**
 * `running`: somebody is in the meeting, or the meeting is being closed or opened, so Teams takes nothing else yet. The
 * other values are the reasons why Teams refused.
 */
type InStep = "in-step" | "running" | MeetingsFault["reason"];
/** `gone`: Teams does not show the meeting, so there is nothing to change. */
export type CaughtUp = InStep | "gone";

/** Teams is asked again a minute later at the earliest, because it refuses each time while somebody is in the meeting. */
const NOT_ASKED_AGAIN_MS = 60_000;

/**
 * Changes the visit to what the chart says now, whatever Teams says about it. The organizer stays the same, and without a
 * `department` the department and its lobby rule, too. Undefined where no visit is known. A visit of another patient than
 * before gets another meeting first. Where it cannot be learned whether it is another's, it is doubted, and follows the chart
 * in all else.
 * @throws MeetingsFault where that cannot be made now, VisitChanged where it was changed since `before`, and where it is
 * doubted, what `patients` throws, or WhoseUntold
 */
export async function keepInStep(
  deps: VisitsDeps,
  id: VisitId,
  facts: ChartedFacts,
  by: OpenedBy,
): Promise<Visit | undefined> {
  const { department } = facts;
  let whose: Omit<Owned, "kept"> = {};
  const now = deps.now();
  const changed = await changeKept(deps, id, async (before) => {
    const { kept, next, ...told } = await asCharted(deps, before, facts, by);
    whose = told;
    if (next !== before.visit && isChangedSince(facts.before, before.visit)) throw new VisitChanged();
    const lobby = department?.lobby ?? kept.lobby;
    const differs = !sameTimes(next, kept.visit) || lobby !== kept.lobby;
    if (!differs || kept.visit.behind !== undefined) return withVisit(kept, next);
    // This is written before Teams is asked, so that the next view asks if the process ends in between.
    return withVisit(kept, { ...next, behind: new Date(now.getTime() - NOT_ASKED_AGAIN_MS) });
  });
  if (changed === undefined) return undefined;
  const { visit, lobby } = changed;
  // Whoever sees to its meeting tells Teams of a change meanwhile.
  if (whose.untold !== undefined) throw whose.untold;
  if (wantsOwnMeeting(visit, deps.hospital.visitRules, now)) {
    await madeForAnother(deps, { ...changed, lobby: department?.lobby ?? lobby });
    return (await readKept(deps, id))?.visit;
  }
  if (visit.behind === undefined || isYounger(visit.behind.getTime(), now, NOT_ASKED_AGAIN_MS)) return visit;
  return (await broughtInStep(deps, { visit, lobby }, department?.lobby ?? lobby)).visit;
}

/** What the chart says of a visit; without a `department` where it is at none of ours. */
export type ChartedFacts = Omit<AppointmentFacts, "department"> &
  Partial<Pick<AppointmentFacts, "department">>;

/** How a visit is kept, and whether it would be another one by what the chart says. */
export interface Compared {
  readonly visit: Visit | undefined;
  readonly isOther: boolean;
}

/**
 * Compares what the chart says with the visit as it is kept. A visit that is not known is no other one; one of which it
 * cannot be learned whose it is may be.
 */
export async function compare(deps: VisitsDeps, id: VisitId, facts: ChartedFacts): Promise<Compared> {
  const before = await readKept(deps, id);
  if (before === undefined) return { visit: undefined, isOther: false };
  const { next, untold } = await asCharted(deps, before, facts, "launch");
  return { visit: before.visit, isOther: next !== before.visit || untold !== undefined };
}

/**
 * Doubts the visit where the chart says that it is others' than its links were made for: somebody reads that who has another
 * patient's chart open, perhaps that of before. It is given to nobody by that, also where nobody has said whose it is, and
 * whoever opens it sees to all else.
 * @returns the visit as it is then; undefined where none is known
 * @throws VisitChanged where it was changed since `before`
 */
export async function noteWhose(
  deps: VisitsDeps,
  id: VisitId,
  { patients, before }: Pick<ChartedFacts, "patients" | "before">,
): Promise<Visit | undefined> {
  const changed = await changeKept(deps, id, async (kept) => {
    if (kept.patients === undefined) return kept;
    const owned = await forPatients(deps, kept, patients, "launch-of-another");
    if (owned.kept !== kept && isChangedSince(before, kept.visit)) throw new VisitChanged();
    return owned.kept;
  });
  return changed?.visit;
}

/** The row for the patients that the chart names, and the visit as it says: the very same where that changes nothing. */
async function asCharted(
  deps: VisitsDeps,
  before: Kept,
  { connectionId, start, end, department, mayBeOff = false, patients }: ChartedFacts,
  by: OpenedBy,
): Promise<Owned & { readonly next: Visit }> {
  const owned = await forPatients(deps, before, patients, by);
  const { visit } = owned.kept;
  const departmentId = department?.id ?? visit.departmentId;
  return { ...owned, next: inStep(visit, { connectionId, start, end, departmentId, mayBeOff }, deps.now()) };
}

/** Whether what a chart decides of the visit, or staff by ending it, is not as it was before the chart was read. */
function isChangedSince(before: AppointmentFacts["before"], now: Visit): boolean {
  if (before === undefined) return false;
  const { visit } = before;
  return !(
    visit?.state === now.state &&
    visit.departmentId === now.departmentId &&
    visit.epoch === now.epoch &&
    sameTimes(visit, now)
  );
}

export async function catchUp(deps: VisitsDeps, id: VisitId): Promise<CaughtUp> {
  const kept = await readKept(deps, id);
  if (kept?.visit.behind === undefined || kept.visit.state !== "open") return "in-step";
  // One that is made for another patient gets the visit's times then.
  if (kept.visit.meeting.knownTo === "another") return "in-step";
  const department = await deps.hospital.department(kept.visit.departmentId);
  const { caughtUp } = await broughtInStep(deps, kept, department?.lobby ?? kept.lobby);
  return caughtUp === "refused" && (await isGone(deps, kept)) ? "gone" : caughtUp;
}

/** Asks Teams, and keeps the result. */
async function broughtInStep(
  deps: VisitsDeps,
  { visit, lobby: before }: Pick<Kept, "visit" | "lobby">,
  lobby: Department["lobby"],
): Promise<{ readonly visit: Visit; readonly caughtUp: InStep }> {
  const now = deps.now();
  const caughtUp = await tellTeams(deps, visit, before, lobby);
  const after = await changeVisit(deps, visit.id, (kept) => {
    // The chart may have moved the visit once more meanwhile; then that call asks Teams.
    if (kept.visit.behind === undefined || !sameTimes(kept.visit, visit)) return kept;
    if (caughtUp !== "in-step") return { ...kept, visit: { ...kept.visit, behind: now } };
    const { behind: _over, ...inStepNow } = kept.visit;
    return { ...kept, visit: inStepNow, lobby };
  });
  return { visit: after, caughtUp };
}

async function tellTeams(
  deps: VisitsDeps,
  { id, connectionId, organizer, meeting, start, end, roomAsked, roomClosed }: Visit,
  before: Department["lobby"],
  lobby: Department["lobby"],
): Promise<InStep> {
  const { meetings, away } = deps;
  try {
    // It is not known how Teams handles two requests at once.
    if (lobby !== before && roomAsked !== undefined) return "running";
    // A meeting that is closed gets its lobby rule when it is opened.
    if (lobby === before || roomClosed !== undefined) {
      const moved = await meetings.move({ organizer, id: meeting.id }, { start, end });
      away.isOver(id);
      return moved === "moved" ? "in-step" : "running";
    }
    const { behind = "in-step" } = await meetings.open(
      asRequest({ id, organizer, meeting, start, end }, lobby),
    );
    if (behind instanceof MeetingsFault) throw behind;
    away.isOver(id);
    return behind;
  } catch (error) {
    if (!(error instanceof MeetingsFault)) throw error;
    tellAway(deps, error, { id, connectionId });
    return error.reason;
  }
}
