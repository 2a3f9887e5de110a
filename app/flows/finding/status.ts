/**
 * Tells the chart how a visit goes: the patient has come, was let in, staff have closed its links. Each is written only
 * where the hospital wants it, and only from the states that lead there. Any other state in the chart was set by somebody,
 * and stays.
 */
import type { AppointmentStatus } from "../../domain/appointmentStatus.ts";
import { writeBackOf, type SettledWriteBack } from "../../domain/defaults.ts";
import { isUnwritten, type FoundVisit, type Unwritten } from "../../domain/found.ts";
import type { Handlers, Ids, Outcome } from "../../domain/job.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { isAnybodyIn } from "../../domain/presence.ts";
import { closes, type Visit } from "../../domain/visit.ts";
import { timesIn } from "../../domain/wallClock.ts";
import type { WritableStatus } from "../../ports/systemEhr.ts";
import { fulfilSoon } from "../../records/preparing.ts";
import { chartAt, putOff, UNWELL } from "../../charts/chartAt.ts";
import type { FindingPicks } from "./parts.ts";
import { isAppointmentOf } from "./readAgain.ts";

const DONE: Outcome = { kind: "done" };
const SOMEBODY_IN: Outcome = { kind: "not-now", reason: "visit.somebody-in", afterSeconds: 60 };

interface Move {
  readonly switch: keyof SettledWriteBack["status"];
  /** It is written from these states; where the chart is further already, there is nothing to write. */
  readonly from: readonly AppointmentStatus[];
  readonly further: readonly AppointmentStatus[];
  /** The member of the found visit that says why it was not written. */
  readonly why: "unarrived" | "unfulfilled";
}

const MOVES: Readonly<Record<WritableStatus, Move>> = {
  arrived: {
    switch: "arrived",
    from: ["booked"],
    further: ["arrived", "checked-in", "fulfilled"],
    why: "unarrived",
  },
  "checked-in": {
    switch: "checkedIn",
    from: ["booked", "arrived"],
    further: ["checked-in", "fulfilled"],
    why: "unarrived",
  },
  fulfilled: { switch: "fulfilled", from: ["checked-in"], further: ["fulfilled"], why: "unfulfilled" },
};

export const arriveJob =
  (parts: FindingPicks): Handlers["arrive"] =>
  async ({ of, signal }) => {
    const visit = await parts.visits.byId(of.visit as VisitId);
    const isWanted = of.status === "arrived" || of.status === "checked-in";
    if (visit === undefined || visit.state === "cancelled" || !isWanted) return DONE;
    // If it was moved meanwhile, it is another visit, to which the patient has not come.
    if (visit.start.toISOString() !== of.start) return DONE;
    // If it was given to somebody else meanwhile, it was another patient who came. A job of the release before has no epoch.
    const { epoch = String(visit.epoch) }: Ids = of;
    if (epoch !== String(visit.epoch)) return DONE;
    if (await isOfAnother(parts, visit)) return DONE;
    return moved(parts, visit, of.status, signal);
  };

/** Whether who came was the patient to whom the appointment belonged before, since nobody has come since. */
async function isOfAnother({ presences }: FindingPicks, visit: Visit): Promise<boolean> {
  if (visit.relinked === undefined) return false;
  if (visit.meeting.knownTo === "another") return true;
  return (await presences.of(visit.id))?.people.every(({ look }) => look === "staff") ?? true;
}

export const fulfilJob =
  (parts: FindingPicks): Handlers["fulfil"] =>
  async ({ of, signal }) => {
    const visit = await parts.visits.byId(of.visit as VisitId);
    const now = parts.queue.now();
    if (visit?.state !== "ended" || visit.start.getTime() > now.getTime()) return DONE;
    // Somebody whose leaving was never reported counts as in the meeting only for as long as links are good.
    const presence = now < closes(visit, parts.hospital.visitRules) && (await parts.presences.of(visit.id));
    if (presence && isAnybodyIn(visit, presence)) return SOMEBODY_IN;
    return moved(parts, visit, "fulfilled", signal);
  };

async function moved(
  parts: FindingPicks,
  visit: Visit,
  to: WritableStatus,
  signal: AbortSignal,
): Promise<Outcome> {
  const appointmentId =
    (await parts.foundVisits.appointmentId(visit.id)) ?? (await parts.visits.appointmentId(visit.id));
  if (appointmentId === undefined) return DONE;
  const at = await chartAt(parts, visit.connectionId, { as: "job", signal });
  if (at.kind === "gone") return DONE;
  if (at.kind === "unwell") return UNWELL;
  const move = MOVES[to];
  if (!isAppointmentOf(parts, at, { visit: visit.id, appointmentId })) return DONE;
  if (!writeBackOf(parts.environment, at.connection).status[move.switch]) return DONE;
  const read = await at.chart.appointment(appointmentId);
  if (read.kind === "not-shown") return DONE;
  if (read.kind !== "read") return putOff(read);
  const { version, rooms, status } = read.appointment;
  const timeZone = (await parts.hospital.department(visit.departmentId))?.timeZone ?? "UTC";
  const times = read.appointment.times && timesIn(timeZone, read.appointment.times);
  // The appointment was moved in the chart, and that has not been seen yet: what happened at the old time is not written for
  // the new one.
  if (times?.start.getTime() !== visit.start.getTime()) return DONE;
  const connection = { connection: visit.connectionId, names: [to] };
  const said = (why: Unwritten | undefined) => noted(parts, visit.id, move.why, why);
  if (move.further.includes(status)) return said(undefined);
  if (!move.from.includes(status) || version === undefined) {
    parts.log.info("status.not_written", { ...connection, reason: status });
    return said(version === undefined ? "refused" : "other-status");
  }
  const written = await at.chart.writeStatus({ id: appointmentId, version, rooms }, to);
  if (written.kind !== "written" && written.kind !== "refused") return putOff(written, "ehr.write");
  if (written.kind === "written") {
    parts.log.info("status.written", connection);
    // Staff may have closed the links while the chart did not take this, and it could not be told that the visit is over.
    if (to === "checked-in" && (await parts.visits.byId(visit.id))?.state === "ended")
      await fulfilSoon(parts.jobs, visit);
    return said(undefined);
  }
  parts.log.warn("status.not_written", { ...connection, reason: written.why });
  return said(isUnwritten(written.why) ? written.why : "refused");
}

/** Keeps why it was not written, for the clinicians' page, which does not ask the chart again. */
async function noted(
  { foundVisits }: FindingPicks,
  id: VisitId,
  member: Move["why"],
  why: Unwritten | undefined,
): Promise<Outcome> {
  await foundVisits.edit(id, (found) => {
    const { [member]: before, ...rest } = found;
    const next: FoundVisit = { ...rest, ...(why !== undefined && { [member]: why }) };
    return { found: before === why ? found : next };
  });
  return DONE;
}
