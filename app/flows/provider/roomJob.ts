/** Closes a visit's meeting when staff have closed the links, or nobody is in it long after the end. An empty meeting alone closes nothing. */
import type { Handlers, Outcome } from "../../domain/job.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { isAnybodyIn } from "../../domain/presence.ts";
import type { Visit } from "../../domain/visit.ts";
import { AT_THE_LATEST_MS, isRoomOver, roomCloses } from "../../domain/watching.ts";
import { MeetingsFault } from "../../ports/meetings.ts";
import { roomAt } from "../../records/visitRoom.ts";
import type { ProviderPicks } from "./parts.ts";

const DONE: Outcome = { kind: "done" };
const OCCUPIED: Outcome = { kind: "not-now", reason: "room.occupied", afterSeconds: 900 };
/** Teams was asked something else about the meeting at the same time: it is asked again after that has been answered. */
const BESIDES: Outcome = { kind: "not-now", reason: "room.besides", afterSeconds: 30 };
/** One that was deleted cannot be closed; one that Teams does not show for a moment is closed when it is there again. */
const GONE: Outcome = { kind: "not-now", reason: "room.gone", afterSeconds: 900 };

type Picks = Pick<ProviderPicks, "hospital" | "jobs" | "log" | "presences" | "visits">;

export const roomJob =
  (parts: Picks): Handlers["room"] =>
  async ({ of }) => {
    const { hospital, jobs, log, visits } = parts;
    const visit = await visits.byId(of.visit as VisitId);
    if (visit === undefined) return DONE;
    const now = jobs.now();
    const last = roomCloses(visit, hospital.visitRules);
    const isOver = (one: Visit) => isRoomOver(one, hospital.visitRules, now);
    if (isOver(visit) && visit.state !== "ended" && (await isOccupied(parts, visit, now, last)))
      return OCCUPIED;
    try {
      const set = await visits.setRoom(visit.id, isOver);
      if (set === "besides") return BESIDES;
      if (set === "gone") return now.getTime() < last.getTime() + AT_THE_LATEST_MS ? GONE : DONE;
    } catch (error) {
      if (!(error instanceof MeetingsFault)) throw error;
      log.error("meeting.not_changed", error, { connection: visit.connectionId });
      return error.reason === "unavailable"
        ? { kind: "not-now", reason: "graph.unavailable" }
        : { kind: "failed", reason: "graph." + error.reason };
    }
    if (!isOver(visit)) await roomAt(jobs, visit.id, last);
    return DONE;
  };

/** Whether somebody is in the meeting, as far as Teams has told; where it has told nothing, nobody is known to be in. */
async function isOccupied({ presences }: Picks, visit: Visit, now: Date, last: Date): Promise<boolean> {
  if (now.getTime() >= last.getTime() + AT_THE_LATEST_MS) return false;
  const watched = await presences.of(visit.id);
  return watched !== undefined && isAnybodyIn(visit, watched);
}
