/** The ids that a chart has for one patient: records get combined, and appointments may name any of these ids. */
import { EhrFault, type EhrProblem, type Chart, type StatedAppointment } from "../../ports/ehr.ts";
import type { NamedPatients } from "../../records/visitFacts.ts";

/**
 * The id itself, the id of the record that stands for it now, and the ids that this record says it replaced.
 * @throws EhrFault
 */
export async function namesOf(chart: Chart, id: string): Promise<readonly [string, ...string[]]> {
  try {
    const { id: current, replaced } = await chart.patient(id);
    return [id, current, ...replaced];
  } catch (error) {
    if (error instanceof EhrFault && provesNothing(error.problem.kind)) return [id];
    throw error;
  }
}

/** A record that is not shown, or is none that can be read, proves nothing, and keeps no clinician from a visit. */
const provesNothing = (kind: EhrProblem["kind"]): boolean =>
  kind === "chart-refused" || kind === "chart-not-fhir";

/** The patients of an appointment that was found to be this chart's patient's. */
export function patientsOf(
  chart: Chart,
  { patients }: Pick<StatedAppointment, "patients">,
  own: string | undefined,
): NamedPatients {
  const ids = patients.length > 0 || own === undefined ? patients : [own];
  return { ids, namesOf: (id) => namesOf(chart, id) };
}
