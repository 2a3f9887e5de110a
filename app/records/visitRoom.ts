/** A visit's meeting is closed once the visit is over, and opened again where it takes place after all. */
import type { VisitRules } from "../domain/hospital.ts";
import type { VisitId } from "../domain/linkToken.ts";
import type { Visit } from "../domain/visit.ts";
import { roomCloses } from "../domain/watching.ts";
import { MeetingsFault } from "../ports/meetings.ts";
import type { Jobs } from "./jobs.ts";
import { askAt, type Asking, type MomentJobs } from "./momentJobs.ts";
import { changeKept } from "./keptVisits.ts";
import type { VisitsDeps } from "./visitFacts.ts";
import { asRequest } from "./visitMeeting.ts";
import type { Kept } from "./visitRow.ts";

/**
 * `besides`: it has to be called again, because the visit changed or somebody else asked meanwhile. `gone`: Teams does not
 * show the meeting that was to be closed.
 */
export type RoomSet = "set" | "besides" | "gone";

/**
 * Asks Teams to close or open the meeting where it is not so yet, and keeps the result. The request is recorded first: until
 * Teams has answered, the meeting counts as neither closed nor open, and whoever asks in between or after a crash asks Teams
 * anew. A meeting that was another patient's is closed like any other, and never opened again: the visit gets another one.
 * @throws MeetingsFault
 */
export async function setRoom(
  deps: VisitsDeps,
  id: VisitId,
  isOver: (visit: Visit) => boolean,
): Promise<RoomSet> {
  const mine = deps.newEpoch();
  const kept = await changeKept(deps, id, (before) =>
    isAsIs(before.visit, isOver) ? before : asked(before, mine),
  );
  if (kept?.visit.roomAsked !== mine) return "set";
  const at = deps.now();
  const closing = isOver(kept.visit);
  if (!closing) await opened(deps, kept);
  else if (!(await closed(deps, kept))) return "gone";
  let isSettled = true as boolean;
  await changeKept(deps, id, (now) => {
    // Teams may have handled the later of two requests first; then nobody knows whether the meeting is closed or open.
    isSettled = now.visit.roomAsked === mine && isOver(now.visit) === closing;
    if (!isSettled) return asked(now, mine);
    const { roomAsked: _over, ...visit } = now.visit;
    return { ...now, visit: closing ? { ...visit, roomClosed: at } : visit };
  });
  return isSettled ? "set" : "besides";
}

/** @returns false where Teams does not show the meeting @throws MeetingsFault */
async function closed({ meetings }: VisitsDeps, { visit, lobby }: Kept): Promise<boolean> {
  const { organizer, meeting, start, end } = visit;
  const { id } = meeting;
  try {
    await meetings.close({ organizer, id });
    return true;
  } catch (error) {
    if (!(error instanceof MeetingsFault) || error.reason !== "refused") throw error;
    if ((await meetings.look({ organizer, id, lobby, start, end })) !== "gone") throw error;
    return false;
  }
}

const isAsIs = (visit: Visit, isOver: (visit: Visit) => boolean) =>
  (visit.roomAsked === undefined && (visit.roomClosed !== undefined) === isOver(visit)) ||
  (visit.meeting.knownTo === "another" && !isOver(visit));

function asked(kept: Kept, roomAsked: number): Kept {
  const { roomClosed: _unknown, ...visit } = kept.visit;
  return { ...kept, visit: { ...visit, roomAsked } };
}

async function opened({ hospital, meetings }: VisitsDeps, { visit, lobby: before }: Kept): Promise<void> {
  const lobby = (await hospital.department(visit.departmentId))?.lobby ?? before;
  await meetings.open(asRequest(visit, lobby));
}

/** Where the job for this moment is known already, asking for it again changes nothing. */
export const roomAt = (jobs: MomentJobs, visit: VisitId, due: Date): Promise<void> =>
  askAt(jobs, "room", visit, due, "once");

/**
 * Asks for the job for when the meeting closes by itself; at once where its meeting is closed, or may be, although the visit takes
 * place after all.
 */
export async function roomInTime(
  jobs: MomentJobs & Pick<Jobs, "now">,
  visit: Pick<Visit, "id" | "end" | "roomAsked" | "roomClosed" | "state">,
  rules: VisitRules,
  asking: Asking,
): Promise<void> {
  const last = roomCloses(visit, rules);
  if (visit.roomClosed === undefined && visit.roomAsked === undefined)
    await askAt(jobs, "room", visit.id, last, asking);
  else if (visit.state === "open" && jobs.now() < last) await roomAt(jobs, visit.id, jobs.now());
}
