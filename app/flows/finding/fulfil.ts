/**
 * The chart's status moves on with the visit, where the hospital wants it so: the patient has arrived, was let in, and staff have
 * closed the links. Whatever else the chart says by then is somebody's word, and stays.
 */
import type { AppointmentStatus } from "../../domain/appointmentStatus.ts";
import { writeBackOf } from "../../domain/defaults.ts";
import { isUnfulfilled, type Unfulfilled } from "../../domain/found.ts";
import type { Handlers, Outcome } from "../../domain/job.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import type { Visit } from "../../domain/visit.ts";
import { chartAt, putOff, UNWELL } from "../../charts/chartAt.ts";
import type { WritableStatus } from "../../ports/systemEhr.ts";
import type { FindingPicks } from "./parts.ts";
import { isAppointmentOf } from "./readAgain.ts";

const DONE: Outcome = { kind: "done" };

interface Step {
  /** From which alone it is moved on. */
  readonly from: readonly AppointmentStatus[];
  readonly setting: "arrived" | "checkedIn" | "fulfilled";
  /** Where it is noted why it was not. */
  readonly noted: "unarrived" | "unfulfilled";
  /** It says already what is to be written, or what comes after it. */
  readonly done: readonly AppointmentStatus[];
}

const STEPS: Readonly<Record<WritableStatus, Step>> = {
  arrived: {
    from: ["booked"],
    setting: "arrived",
    noted: "unarrived",
    done: ["arrived", "checked-in", "fulfilled"],
  },
  "checked-in": {
    from: ["booked", "arrived"],
    setting: "checkedIn",
    noted: "unarrived",
    done: ["checked-in", "fulfilled"],
  },
  fulfilled: { from: ["checked-in"], setting: "fulfilled", noted: "unfulfilled", done: [] },
};

export const fulfilJob =
  (parts: FindingPicks): Handlers["fulfil"] =>
  async ({ of, signal }) => {
    const visit = await parts.visits.byId(of.visit as VisitId);
    if (visit?.state !== "ended") return DONE;
    if (visit.start.getTime() > parts.queue.now().getTime()) return DONE;
    return movedOn(parts, visit, "fulfilled", signal);
  };

export const arriveJob =
  (parts: FindingPicks): Handlers["arrive"] =>
  async ({ of, signal }) => {
    const visit = await parts.visits.byId(of.visit as VisitId);
    const { status } = of;
    if (visit === undefined || (status !== "arrived" && status !== "checked-in")) return DONE;
    // What was given up once is somebody's in the chart.
    if ((await parts.foundVisits.byId(visit.id))?.unarrived !== undefined) return DONE;
    return movedOn(parts, visit, status, signal);
  };

async function movedOn(
  parts: FindingPicks,
  visit: Visit,
  wanted: WritableStatus,
  signal: AbortSignal,
): Promise<Outcome> {
  const { id, connectionId } = visit;
  const { from, setting, noted, done } = STEPS[wanted];
  const appointmentId = await parts.foundVisits.appointmentId(id);
  if (appointmentId === undefined) return DONE;
  const at = await chartAt(parts, connectionId, { as: "job", signal });
  if (at.kind === "gone") return DONE;
  if (at.kind === "unwell") return UNWELL;
  if (!isAppointmentOf(parts, at, { visit: id, appointmentId })) return DONE;
  if (!writeBackOf(parts.environment, at.connection).status[setting]) return DONE;
  const read = await at.chart.appointment(appointmentId);
  if (read.kind === "not-shown") return DONE;
  if (read.kind !== "read") return putOff(read);
  const { version, rooms, status } = read.appointment;
  const connection = { connection: connectionId };
  if (done.includes(status)) return DONE;
  if (!from.includes(status) || version === undefined) {
    parts.log.info("status.not_written", { ...connection, reason: status });
    return said(parts, id, noted, version === undefined ? "refused" : "other-status");
  }
  const written = await at.chart.writeStatus({ id: appointmentId, version, rooms }, wanted);
  if (written.kind !== "written" && written.kind !== "refused") return putOff(written, "ehr.write");
  if (written.kind === "written") {
    parts.log.info("status.written", connection);
    return said(parts, id, noted, undefined);
  }
  parts.log.warn("status.not_written", { ...connection, reason: written.why });
  return said(parts, id, noted, isUnfulfilled(written.why) ? written.why : "refused");
}

/** For the clinicians' page: nobody asks the chart again. */
async function said(
  { foundVisits }: FindingPicks,
  id: VisitId,
  noted: Step["noted"],
  why: Unfulfilled | undefined,
): Promise<Outcome> {
  await foundVisits.edit(id, (found) => {
    const { [noted]: before, ...rest } = found;
    return { found: before === why ? found : { ...rest, ...(why !== undefined && { [noted]: why }) } };
  });
  return DONE;
}
