/** Reads the chart when a message is about to be sent: whether what it tells is still so, and how the patient is reached. */
import { chartAt, putOff, UNWELL } from "../../charts/chartAt.ts";
import { isUnsaid, standingOf } from "../../domain/appointmentStatus.ts";
import type { Department } from "../../domain/hospital.ts";
import type { Outcome } from "../../domain/job.ts";
import { sameTimes } from "../../domain/visit.ts";
import { timesIn } from "../../domain/wallClock.ts";
import type { Withheld } from "../../domain/withheld.ts";
import type { Recipient, SystemAppointment, SystemChart, SystemConnection } from "../../ports/systemEhr.ts";
import type { Occasion } from "./occasion.ts";
import type { MessagePicks } from "./parts.ts";
import { whoseIs, type Whose } from "./whose.ts";

export type InChart =
  | {
      readonly kind: "so";
      readonly connection: SystemConnection;
      readonly chart: SystemChart;
      readonly appointment: SystemAppointment;
      readonly recipient: Recipient;
      readonly whose: Whose;
    }
  | { readonly kind: "withheld"; readonly code: Withheld }
  | { readonly kind: "later"; readonly outcome: Outcome };

/** The chart no longer says what is to be told. The flow that finds visits will see that soon, and have the new state told. */
const OTHER_NOW: InChart = {
  kind: "later",
  outcome: { kind: "not-now", reason: "messages.chart-differs", afterSeconds: 15, growsToSeconds: 300 },
};

export async function inChart(
  parts: MessagePicks,
  { found, kind }: Occasion,
  { timeZone }: Department,
  signal: AbortSignal,
): Promise<InChart> {
  const at = await chartAt(parts, found.connectionId, { as: "job", signal });
  // The connection's system client may come back; until it is too late, the patient may still be told.
  if (at.kind === "gone") return { kind: "later", outcome: UNWELL };
  if (at.kind === "unwell") return { kind: "later", outcome: UNWELL };
  const { connection, chart } = at;
  const id = await parts.foundVisits.appointmentId(found.id);
  // Where a connection has another chart by now, the appointment of that id is somebody else's.
  if (id === undefined || parts.foundVisits.idOf(connection.fhirBaseUrl, id) !== found.id)
    return { kind: "withheld", code: "no-chart" };
  const read = await chart.appointment(id);
  if (read.kind === "not-shown") return OTHER_NOW;
  if (read.kind !== "read") return { kind: "later", outcome: putOff(read) };
  const { appointment } = read;
  // It may be cancelled, and nobody is told of a visit that may be.
  if (isUnsaid(appointment.status)) return OTHER_NOW;
  const standing = standingOf(appointment.status);
  if (standing === "missed")
    return parts.queue.now() < found.start ? OTHER_NOW : { kind: "withheld", code: "missed" };
  if (appointment.status === "fulfilled") return { kind: "withheld", code: "ended" };
  if (standing !== (kind === "cancellation" ? "off" : "on")) return OTHER_NOW;
  if (kind !== "cancellation") {
    const times = appointment.times && timesIn(timeZone, appointment.times);
    if (times === undefined || !sameTimes(times, found)) return OTHER_NOW;
  }
  const [patient, another] = appointment.patients ?? [];
  if (patient === undefined) return { kind: "withheld", code: "no-patient" };
  // A link belongs to one patient only.
  if (another !== undefined) return { kind: "withheld", code: "several-patients" };
  const whose = await whoseIs(parts, found, chart, patient);
  // The appointment was given to another patient since it was seen. Somebody who was told of no visit is sent no
  // cancellation.
  if (found.patients?.every((one) => whose.all.has(one)) === false)
    return kind === "cancellation" ? { kind: "withheld", code: "not-told" } : OTHER_NOW;
  const who = await chart.recipient(patient);
  if (who.kind === "not-shown") return { kind: "withheld", code: "patient-hidden" };
  if (who.kind !== "read") return { kind: "later", outcome: putOff(who) };
  return { kind: "so", connection, chart, appointment, recipient: who.recipient, whose };
}
