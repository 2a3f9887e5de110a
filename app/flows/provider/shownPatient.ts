/** The patient whose chart it is, for the banner and for sending: read for this view, stored nowhere. */
import type { Log } from "../../log.ts";
import { endsReading, EhrFault, type Chart, type ChartPatient } from "../../ports/ehr.ts";
import type { Session } from "../../records/sessions.ts";
import { logHints } from "./hints.ts";
import { chartProblem } from "./notRead.ts";
import type { ProviderParts } from "./parts.ts";

/**
 * The patient as the page knows them. Undefined where the launch names no patient, or where nothing but the banner needs them
 * and the EHR shows them itself. Where the banner has to say that it does not know: "not-shown" if the chart answered and gave
 * no record that can be read, "not-read" if the chart itself could not be read.
 */
export type ShownPatient = ChartPatient | UnknownPatient | undefined;
export type UnknownPatient = "not-shown" | "not-read";

/**
 * Reads the patient. If the record cannot be read, the visit is shown nevertheless: the banner says so, and the clinician
 * looks in the chart.
 * @throws EhrFault session-over
 */
export async function readShownPatient(
  log: Log,
  { connection, grant }: Pick<Session, "connection" | "grant">,
  chart: Chart,
): Promise<ShownPatient> {
  if (grant.patient === undefined) return undefined;
  try {
    const patient = await chart.patient(grant.patient);
    logHints(log, connection.id, patient.hints);
    return patient;
  } catch (error) {
    if (!(error instanceof EhrFault) || endsReading(error)) throw error;
    if (error.problem.kind === "chart-unavailable") {
      log.error("chart.not_read", error, { connection: connection.id, reason: error.problem.kind });
      return "not-read";
    }
    logHints(log, connection.id, [{ kind: "patient-unreadable", fields: ["record"] }]);
    return "not-shown";
  }
}

/**
 * Reads the patient for the banner of a page that needs nothing else of the chart.
 * @throws what is no fault of the chart
 */
export async function patientBeside(
  parts: Pick<ProviderParts, "ehr" | "log" | "withFreshSession">,
  held: Session,
): Promise<ShownPatient> {
  if (!held.grant.needPatientBanner) return undefined;
  try {
    return await parts.withFreshSession(held, (session) =>
      readShownPatient(parts.log, session, parts.ehr.chart(session.connection, session.grant)),
    );
  } catch (error) {
    const problem = chartProblem(error);
    if (problem === undefined) throw error;
    parts.log.error("chart.not_read", error, { connection: held.connection.id, reason: problem });
    return patientNotRead(held);
  }
}

/** Who was read beside what could not be, so that the page that says so does not ask again. */
const readBefore = new WeakMap<Error, ChartPatient>();

export function rememberPatient(error: unknown, patient: ShownPatient): void {
  if (error instanceof Error && typeof patient === "object") readBefore.set(error, patient);
}

/** The patient who was read before this error, or what it came of, ended the reading. */
export function patientReadBefore(error: unknown): ChartPatient | undefined {
  if (!(error instanceof Error)) return undefined;
  return readBefore.get(error) ?? patientReadBefore(error.cause);
}

/** What the banner says while the chart cannot be read. */
export const patientNotRead = ({ grant }: Pick<Session, "grant">): ShownPatient =>
  grant.patient === undefined ? undefined : "not-read";
