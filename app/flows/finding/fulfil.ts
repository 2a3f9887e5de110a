/**
 * Staff have closed a visit's links, and the chart may say that it is over: only where the hospital wants it so, and only from
 * checked-in. Whatever else the chart says by then is somebody's word, and stays.
 */
import { writeBackOf } from "../../domain/defaults.ts";
import { isUnfulfilled, type Unfulfilled } from "../../domain/found.ts";
import type { Handlers, Outcome } from "../../domain/job.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { chartAt, putOff, UNWELL } from "../../charts/chartAt.ts";
import type { FindingPicks } from "./parts.ts";
import { isAppointmentOf } from "./readAgain.ts";

const DONE: Outcome = { kind: "done" };

export const fulfilJob =
  (parts: FindingPicks): Handlers["fulfil"] =>
  async ({ of, signal }) => {
    const id = of.visit as VisitId;
    const [visit, appointmentId] = await Promise.all([
      parts.visits.byId(id),
      parts.foundVisits.appointmentId(id),
    ]);
    if (visit?.state !== "ended" || appointmentId === undefined) return DONE;
    if (visit.start.getTime() > parts.queue.now().getTime()) return DONE;
    const at = await chartAt(parts, visit.connectionId, { as: "job", signal });
    if (at.kind === "gone") return DONE;
    if (at.kind === "unwell") return UNWELL;
    if (!isAppointmentOf(parts, at, { visit: id, appointmentId })) return DONE;
    if (!writeBackOf(parts.environment, at.connection).status.fulfilled) return DONE;
    const read = await at.chart.appointment(appointmentId);
    if (read.kind === "not-shown") return DONE;
    if (read.kind !== "read") return putOff(read);
    const { version, rooms, status } = read.appointment;
    const connection = { connection: visit.connectionId };
    if (status !== "checked-in" || version === undefined) {
      parts.log.info("status.not_written", { ...connection, reason: status });
      return said(parts, id, version === undefined ? "refused" : "other-status");
    }
    const written = await at.chart.writeStatus({ id: appointmentId, version, rooms }, "fulfilled");
    if (written.kind !== "written" && written.kind !== "refused") return putOff(written, "ehr.write");
    if (written.kind === "written") {
      parts.log.info("status.written", connection);
      return said(parts, id, undefined);
    }
    parts.log.warn("status.not_written", { ...connection, reason: written.why });
    return said(parts, id, isUnfulfilled(written.why) ? written.why : "refused");
  };

/** For the clinicians' page: nobody asks the chart again. */
async function said(
  { foundVisits }: FindingPicks,
  id: VisitId,
  why: Unfulfilled | undefined,
): Promise<Outcome> {
  await foundVisits.edit(id, (found) => {
    const { unfulfilled: before, ...rest } = found;
    return { found: before === why ? found : { ...rest, ...(why !== undefined && { unfulfilled: why }) } };
  });
  return DONE;
}
