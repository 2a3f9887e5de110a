/** The ids that a chart has for one patient: records get combined, and appointments may name any of these ids. */
import { EhrFault, type EhrProblem, type Chart, type StatedAppointment } from "../../ports/ehr.ts";
import type { NamedPatients } from "../../records/visitFacts.ts";

interface Names {
  /** The id of the record that stands for it now. */
  readonly current: string;
  readonly all: readonly string[];
  /** Another record may be the same patient's, and could not be read. */
  readonly areUnsure: boolean;
}

/**
 * The id itself, the id of the record that stands for it now, and the ids of those that were combined into that one.
 * @throws EhrFault, also where a record that may be one of these cannot be read now
 */
export async function namesOf(chart: Chart, id: string): Promise<readonly string[]> {
  const { all, areUnsure } = await readNames(chart, id);
  if (areUnsure)
    throw new EhrFault({ kind: "chart-unavailable" }, "a record that may be the same patient's was not read");
  return all;
}

/**
 * The other ids under which the chart may keep this patient's appointments, as far as they can be read: of the record that
 * stands for it now first, then of those that this one is known to have replaced. @throws EhrFault
 */
export async function otherIdsOf(
  chart: Chart,
  id: string,
): Promise<{ readonly current?: string; readonly replaced: readonly string[] }> {
  const { current, all } = await readNames(chart, id);
  const replaced = all.filter((one) => one !== id && one !== current);
  return current === id ? { replaced } : { current, replaced };
}

async function readNames(chart: Chart, id: string): Promise<Names> {
  try {
    const { id: current, replaced, areIdsUnsure = false } = await chart.patient(id);
    return { current, all: [...new Set([id, current, ...replaced])], areUnsure: areIdsUnsure };
  } catch (error) {
    if (error instanceof EhrFault && provesNothing(error.problem.kind))
      return { current: id, all: [id], areUnsure: false };
    throw error;
  }
}

/** A record that is not shown, or is none that can be read, proves nothing, and keeps no clinician from a visit. */
export const provesNothing = (kind: EhrProblem["kind"]): boolean =>
  kind === "chart-refused" || kind === "chart-not-fhir";

/**
 * The patients of an appointment that was found to be this chart's patient's. What the chart says of the record that it was
 * opened with holds for each id of the same patient: the record that stands now need not name the ones before.
 */
export function patientsOf(
  chart: Chart,
  { patients }: Pick<StatedAppointment, "patients">,
  own: string | undefined,
): NamedPatients {
  const isInWords = patients.length === 0 && own !== undefined;
  return {
    ids: isInWords ? [own] : patients,
    ...(isInWords && { areInWords: true }),
    async namesOf(id) {
      const owns = own === undefined ? [] : await namesOf(chart, own);
      const theirs = await namesOf(chart, id);
      return owns.includes(id) ? [...owns, ...theirs] : theirs;
    },
  };
}

/** Where the chart has combined records, an appointment may name the chart's patient by several ids: that is one patient. */
export function onceEach(
  appointment: StatedAppointment,
  [current, ...others]: readonly string[],
): StatedAppointment {
  const ids = appointment.patients.map((id) => (current !== undefined && others.includes(id) ? current : id));
  return { ...appointment, patients: [...new Set(ids)] };
}
