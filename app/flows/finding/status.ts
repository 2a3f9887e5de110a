/**
 * Tells the chart how a visit goes: the patient has come, was let in, staff have closed its links. Each is written only
 * where the hospital wants it, and only from the states that lead there. Any other state in the chart was set by somebody,
 * and stays.
 */
import { standingOf, type AppointmentStatus } from "../../domain/appointmentStatus.ts";
import { writeBackOf, type SettledWriteBack } from "../../domain/defaults.ts";
import { isUnwritten, type FoundVisit, type Unwritten } from "../../domain/found.ts";
import type { Handlers, Ids, Outcome } from "../../domain/job.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { isAnybodyIn } from "../../domain/presence.ts";
import { closes, isDoubted, type Visit } from "../../domain/visit.ts";
import { timesIn } from "../../domain/wallClock.ts";
import type { WritableStatus } from "../../ports/systemEhr.ts";
import { arriveOfUse, fulfilSoon } from "../../records/preparing.ts";
import { chartAt, putOff, UNWELL } from "../../charts/chartAt.ts";
import { isKnownToBeOfStaffAlone } from "./nobodyCame.ts";
import type { FindingPicks } from "./parts.ts";
import { isAppointmentOf } from "./readAgain.ts";

const DONE: Outcome = { kind: "done" };
/**
 * The visit does not take place at its time now, or the chart does not show it; it may be back within moments, and nobody asks
 * for the job again.
 */
const ELSEWHERE: Outcome = {
  kind: "not-now",
  reason: "visit.elsewhere",
  afterSeconds: 60,
  growsToSeconds: 300,
};
const LONGEST_WAIT_MS = 300_000;
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
    if (visit === undefined || !isWanted) return DONE;
    const connection = await parts.hospital.connection(visit.connectionId);
    if (connection !== undefined && !isSwitchedOn(parts, connection, of.status)) return DONE;
    const lasts = visit.end.getTime() - visit.start.getTime();
    const until = arriveOfUse(new Date(Date.parse(of.start) + lasts));
    // While it is moved, it is another visit, to which the patient has not come.
    if (visit.state === "cancelled" || visit.start.toISOString() !== of.start)
      return whileOfUse(parts, until);
    // If it was given to somebody else meanwhile, it was another patient who came. A job of the release before has no epoch.
    const { epoch = String(visit.epoch) }: Ids = of;
    if (epoch !== String(visit.epoch)) return DONE;
    if (await isOfAnother(parts, visit)) return DONE;
    // Whoever came may be the patient of before, and another one whom the chart names now.
    if (isDoubted(visit)) return whileOfUse(parts, until);
    return moved(parts, visit, { to: of.status, until }, signal);
  };

const isSwitchedOn = (
  { environment }: Pick<FindingPicks, "environment">,
  connection: Parameters<typeof writeBackOf>[1],
  to: WritableStatus,
): boolean => writeBackOf(environment, connection).status[MOVES[to].switch];

const whileOfUse = ({ queue }: Pick<FindingPicks, "queue">, until: Date): Outcome =>
  queue.now().getTime() + LONGEST_WAIT_MS < until.getTime() ? ELSEWHERE : DONE;

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
    const until = closes(visit, parts.hospital.visitRules);
    return moved(parts, visit, { to: "fulfilled", until }, signal);
  };

async function moved(
  parts: FindingPicks,
  visit: Visit,
  { to, until }: { readonly to: WritableStatus; readonly until: Date },
  signal: AbortSignal,
): Promise<Outcome> {
  const appointmentId =
    (await parts.foundVisits.appointmentId(visit.id)) ?? (await parts.visits.appointmentId(visit.id));
  if (appointmentId === undefined) return DONE;
  const at = await chartAt(parts, visit.connectionId, { as: "job", signal });
  // The connection's system client may come back, as after a form with a mistake in it.
  if (at.kind === "gone") return whileOfUse(parts, until);
  if (at.kind === "unwell") return UNWELL;
  const move = MOVES[to];
  if (!isAppointmentOf(parts, at, { visit: visit.id, appointmentId })) return DONE;
  if (!isSwitchedOn(parts, at.connection, to)) return DONE;
  const read = await at.chart.appointment(appointmentId);
  if (read.kind === "not-shown") return whileOfUse(parts, until);
  if (read.kind !== "read") return putOff(read);
  const { version, rooms, status } = read.appointment;
  const timeZone = (await parts.hospital.department(visit.departmentId))?.timeZone ?? "UTC";
  const times = read.appointment.times && timesIn(timeZone, read.appointment.times);
  // The appointment was moved in the chart, and that has not been seen yet: what happened at the old time is not written for
  // the new one.
  if (times?.start.getTime() !== visit.start.getTime()) return whileOfUse(parts, until);
  const connection = { connection: visit.connectionId, names: [to] };
  const said = (why: Unwritten | undefined) => noted(parts, visit.id, move.why, why);
  if (move.further.includes(status)) return said(undefined);
  if (standingOf(status) === "off") {
    await said("other-status");
    return whileOfUse(parts, until);
  }
  if (!move.from.includes(status) || version === undefined) {
    parts.log.info("status.not_written", { ...connection, reason: status });
    return said(version === undefined ? "refused" : "other-status");
  }
  if (to === "fulfilled" && (await isKnownToBeOfStaffAlone(parts, visit))) {
    parts.log.info("status.not_written", { ...connection, reason: "nobody-came" });
    return said("nobody-came");
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
