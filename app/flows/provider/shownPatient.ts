import type { Chart, ChartPatient } from "../../ports/ehr.ts";
import type { Session } from "../../records/sessions.ts";
import { chartProblem } from "./notRead.ts";
import type { ProviderPicks } from "./parts.ts";

/** Whose chart it is: read for this view. What cannot be read here is said on the page, and takes nothing else with it. */
export async function shownPatient(
  { log }: Pick<ProviderPicks, "log">,
  chart: Chart,
  session: Session,
): Promise<{ readonly patient: ChartPatient | undefined; readonly isRead: boolean }> {
  const { patient, needPatientBanner } = session.grant;
  if (patient === undefined || !needPatientBanner) return { patient: undefined, isRead: true };
  try {
    return { patient: await chart.patient(patient), isRead: true };
  } catch (error) {
    const problem = chartProblem(error);
    if (problem === undefined) throw error;
    log.error("patient.not_read", error, { connection: session.connection.id, reason: problem });
    return { patient: undefined, isRead: false };
  }
}
