/** A visit's meeting is closed once the visit is over, and opened again where it takes place after all. */
import type { VisitRules } from "../domain/hospital.ts";
import type { VisitId } from "../domain/linkToken.ts";
import { closes, type Visit } from "../domain/visit.ts";
import type { Jobs } from "./jobs.ts";
import { changeKept, readKept } from "./keptVisits.ts";
import type { VisitsDeps } from "./visitFacts.ts";

/** Asks Teams for what is not so yet, and keeps that it is. Nothing where no visit is known. @throws MeetingsFault */
export async function setRoom(deps: VisitsDeps, id: VisitId, wanted: "open" | "closed"): Promise<void> {
  const kept = await readKept(deps, id);
  if (kept === undefined || (kept.visit.roomClosed !== undefined) === (wanted === "closed")) return;
  const { organizer, meeting, start, end, departmentId } = kept.visit;
  const at = deps.now();
  // Kept before Teams is asked to open, and after it has closed: it is never open and believed to be closed.
  if (wanted === "closed") await deps.meetings.close({ organizer, id: meeting.id });
  else {
    const lobby = (await deps.hospital.department(departmentId))?.lobby ?? kept.lobby;
    await deps.meetings.open({ visitId: id, organizer, start, end, lobby });
  }
  await changeKept(deps, id, (now) => {
    const { roomClosed: _was, ...visit } = now.visit;
    return { ...now, visit: wanted === "closed" ? { ...visit, roomClosed: at } : visit };
  });
}

/** One for each moment: whoever asks for the same one again has it already. */
export async function roomAt(jobs: Pick<Jobs, "add">, visit: VisitId, due: Date): Promise<void> {
  await jobs.add({ kind: "room", key: [visit, String(due.getTime())].join("."), of: { visit }, due });
}

/** When its links close; at once where it is closed already and takes place after all. */
export async function roomInTime(
  jobs: Pick<Jobs, "add" | "now">,
  visit: Pick<Visit, "id" | "end" | "roomClosed" | "state">,
  rules: VisitRules,
): Promise<void> {
  const last = closes(visit, rules);
  if (visit.roomClosed === undefined) await roomAt(jobs, visit.id, last);
  else if (visit.state === "open" && jobs.now() < last) await roomAt(jobs, visit.id, jobs.now());
}
