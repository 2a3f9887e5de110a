/**
 * A visit's Teams meeting as it stands by now. Somebody may have deleted it, or given it other times or another lobby, or the
 * chart may have given the visit to another patient. It is put right, or made anew under an id of its own; the visit's links
 * stay, because they name the visit.
 */
import { organizersOf, type Department } from "../domain/hospital.ts";
import type { VisitId } from "../domain/linkToken.ts";
import { organizerFor } from "../domain/organizers.ts";
import { sameTimes, type Visit } from "../domain/visit.ts";
import { MeetingsFault, type MeetingLook, type MeetingRequest } from "../ports/meetings.ts";
import { changeKept, readKept, tellAway } from "./keptVisits.ts";
import { openMeetingCounts } from "./meetingCounts.ts";
import { openPresences } from "./presences.ts";
import type { VisitsDeps } from "./visitFacts.ts";
import type { Kept } from "./visitRow.ts";

/** What Teams is asked for, so that it gives the very meeting that the visit has. */
export function asRequest(
  { id, organizer, meeting, start, end }: Pick<Visit, "id" | "organizer" | "meeting" | "start" | "end">,
  lobby: Department["lobby"],
): MeetingRequest {
  const { again } = meeting;
  return { visitId: id, ...(again !== undefined && { again }), organizer, start, end, lobby };
}

/**
 * Compares the meeting with the visit as it is kept, and changes nothing. A visit that has no open meeting, or of which
 * Teams has still to be told something, has nothing to compare.
 * @throws MeetingsFault
 */
export async function lookAtMeeting(deps: VisitsDeps, id: VisitId): Promise<MeetingLook> {
  const kept = await readKept(deps, id);
  return kept === undefined ? "as-asked" : lookAt(deps, kept);
}

/** Whether Teams says that it has no such meeting. */
export async function isGone(deps: VisitsDeps, kept: Kept): Promise<boolean> {
  try {
    return (await lookAt(deps, kept)) === "gone";
  } catch (error) {
    if (!(error instanceof MeetingsFault)) throw error;
    return false;
  }
}

/**
 * `in-use`: the meeting is gone, and somebody may be in it all the same, so it was not made anew. `unsure`: it is not shown,
 * which may pass. `mended`: it had other times or another lobby, and has those of the visit again, unless the visit is
 * behind.
 */
export type MeetingMended = "as-asked" | "mended" | "made-anew" | "in-use" | "unsure";

export interface Mending {
  /** Whether Teams has not shown the meeting for so long that it counts as deleted. */
  readonly isSure: boolean;
  /** Whether somebody may be in the visit's meeting. */
  readonly mayBeIn: (visit: Visit) => Promise<boolean>;
  /** Called before a meeting is made anew; it may be called again for the same one. */
  readonly beforeAnew: (visit: Visit) => Promise<void>;
}

/**
 * Puts the meeting right where it is not as it was asked for. Two processes that do it at once make one meeting, and after a
 * kill in between it is done once more.
 * @throws MeetingsFault
 */
export async function mendMeeting(deps: VisitsDeps, id: VisitId, mending: Mending): Promise<MeetingMended> {
  const kept = await readKept(deps, id);
  if (kept === undefined) return "as-asked";
  const looked = await lookAt(deps, kept);
  switch (looked) {
    case "as-asked":
      return looked;
    case "other":
      await opened(deps, kept, kept.visit);
      return "mended";
    case "gone":
      if (await mending.mayBeIn(kept.visit)) return "in-use";
      if (!mending.isSure) return "unsure";
      await mending.beforeAnew(kept.visit);
      await opened(deps, kept, await anewOf(deps, kept.visit));
      deps.log.warn("meeting.made_anew", {
        connection: kept.visit.connectionId,
        department: kept.visit.departmentId,
      });
      return "made-anew";
  }
}

/**
 * Makes a meeting for another patient than before, whoever may be in the one before: they stay among themselves, and the
 * patient does not come upon them. What Teams told of that one is forgotten, because it says nothing of this patient.
 * However many do it at once make one meeting.
 * @throws MeetingsFault
 */
export async function madeForAnother(deps: VisitsDeps, kept: Kept): Promise<void> {
  await openPresences(deps).meetingOfAnother(kept.visit);
  await opened(deps, kept, await anewOf(deps, kept.visit));
  const { connectionId, departmentId } = kept.visit;
  deps.log.info("meeting.made_for_another", { connection: connectionId, department: departmentId });
}

async function lookAt({ meetings }: VisitsDeps, { visit, lobby }: Kept): Promise<MeetingLook> {
  const { organizer, meeting, start, end, state, roomAsked, roomClosed } = visit;
  // It is being closed or opened, or lets nobody in, so that its rules are others.
  if (meeting.knownTo === "another") return "as-asked";
  if (state !== "open" || roomAsked !== undefined || roomClosed !== undefined) return "as-asked";
  return meetings.look({ organizer, id: meeting.id, start, end, lobby });
}

type Whose = Pick<Visit, "organizer" | "meeting">;

/**
 * The meeting under its next number. Its account stays, unless the department does not have it any more: the account itself
 * may have been deleted.
 */
async function anewOf(
  { hospital }: VisitsDeps,
  { id, departmentId, organizer, meeting }: Visit,
): Promise<Whose> {
  const department = await hospital.department(departmentId);
  const isTheirs =
    department === undefined ||
    organizersOf(department).some((one) => one.toLowerCase() === organizer.toLowerCase());
  return {
    organizer: isTheirs ? organizer : organizerFor(department, id),
    meeting: { ...meeting, again: (meeting.again ?? 0) + 1 },
  };
}

/** Opens the meeting of that account and number with the visit's times and lobby, and keeps what came of it. */
async function opened(
  deps: VisitsDeps,
  { visit, lobby }: Kept,
  { organizer, meeting: { again } }: Whose,
): Promise<void> {
  const now = deps.now();
  const { id, meeting: before } = visit;
  const numbered = { ...before, ...(again !== undefined && { again }) };
  const { behind, ...made } = await deps.meetings.open(
    asRequest({ ...visit, organizer, meeting: numbered }, lobby),
  );
  if (again !== before.again) await openMeetingCounts(deps).count(organizer);
  if (behind instanceof MeetingsFault) tellAway(deps, behind, visit);
  await changeKept(deps, id, (kept) => {
    // Somebody else has made it anew meanwhile.
    if (kept.visit.meeting.id !== before.id) return kept;
    const { behind: _was, ...rest } = kept.visit;
    // The chart may have moved the visit meanwhile; then Teams has to be told.
    const isBehind = behind !== undefined || !sameTimes(kept.visit, visit);
    const { knownTo } = made.id === before.id ? kept.visit.meeting : {};
    const meeting = { ...made, ...(again !== undefined && { again }), ...(knownTo && { knownTo }) };
    const next = { ...rest, organizer, meeting, ...(isBehind && { behind: kept.visit.behind ?? now }) };
    return { ...kept, lobby, visit: made.id === before.id ? next : letsIn(next) };
  });
}

/** A new meeting lets people in, whatever was asked of the one before. */
const letsIn = ({ roomAsked: _asked, roomClosed: _closed, ...visit }: Visit): Visit => visit;
