/**
 * What a launch believes of what a chart says. An answer may be older than what is known already: a search lags behind, or
 * the visit was changed while the chart answered. So no search revives, moves or cancels a visit that is known, or gives it
 * to another patient: the appointment is read by its id first, after the visit that it is compared with.
 */
import { saysOn } from "../../domain/appointmentStatus.ts";
import type { FoundVisit } from "../../domain/found.ts";
import type { Visit } from "../../domain/visit.ts";
import type { Chart, ChartAppointment, UntimedAppointment } from "../../ports/ehr.ts";
import { isNotToBeHad } from "../../records/record.ts";
import type { Session } from "../../records/sessions.ts";
import type { ChartedFacts } from "../../records/visitInStep.ts";
import type { Candidate } from "./departments.ts";
import type { ProviderPicks } from "./parts.ts";
import { patientsOf } from "./patientNames.ts";

/** A chart of a launch, and where the visits are kept with which it is compared. */
export interface Believing {
  readonly parts: Pick<ProviderPicks, "foundVisits" | "visits">;
  readonly chart: Chart;
  readonly session: Pick<Session, "connection" | "grant">;
}

type CandidateFacts = ChartedFacts & Required<Pick<ChartedFacts, "patients">>;

/**
 * What a candidate says of its visit. Undefined where it is at no department of ours and its times are those of an unknown
 * time zone.
 */
export function factsOf(
  { chart, session: { connection, grant } }: Pick<Believing, "chart" | "session">,
  { appointment, department, before }: Candidate,
): CandidateFacts | undefined {
  const { id, start, end, clock, status } = appointment;
  if (department === undefined && clock === "wall") return undefined;
  return {
    connectionId: connection.id,
    appointmentId: id,
    patients: patientsOf(chart, appointment, grant.patient),
    start,
    end,
    mayBeOff: !saysOn(status),
    ...(department !== undefined && { department }),
    ...(before !== undefined && { before }),
  };
}

/**
 * The candidate where it changes nothing of a visit that is known. Otherwise `again`, with the visit as it was before the
 * appointment is read by its id.
 * @throws EhrFault
 */
export async function unlessOther(
  believing: Believing,
  candidate: Candidate,
  again: (read: Known) => Promise<Candidate | undefined>,
): Promise<Candidate | undefined> {
  const facts = factsOf(believing, candidate);
  if (facts === undefined) return candidate;
  const { visit, isOther } = await believing.parts.visits.compare(facts);
  if (!isOther) return { ...candidate, before: { visit } };
  return again(await readKnown(believing, candidate.appointment.id));
}

/** What is kept of an appointment. */
export interface KeptBefore {
  readonly visit: Visit | undefined;
  /** The visit as it was found; absent where nobody has found it. */
  readonly found?: FoundVisit | "not-known";
}

/** An appointment as it was read by its id, and what was kept of it before that. */
export interface Known {
  readonly before: KeptBefore;
  readonly appointment: ChartAppointment | UntimedAppointment | undefined;
}

/** Reads an appointment by its id, after what is kept of it. @throws EhrFault */
export async function readKnown(believing: Believing, appointmentId: string): Promise<Known> {
  const before = await keptBefore(believing, appointmentId);
  return { before, appointment: await believing.chart.appointment(appointmentId) };
}

export async function keptBefore(
  { parts, session: { connection } }: Pick<Believing, "parts" | "session">,
  appointmentId: string,
): Promise<KeptBefore> {
  const { foundVisits, visits } = parts;
  const [visit, found] = await Promise.all([
    visits.ofAppointment({ connectionId: connection.id, appointmentId }),
    // What lies beside the visit costs nobody the visit.
    foundVisits.byId(foundVisits.idOf(connection.fhirBaseUrl, appointmentId)).catch((error: unknown) => {
      if (!isNotToBeHad(error)) throw error;
      return "not-known" as const;
    }),
  ]);
  return { visit, ...(found !== undefined && { found }) };
}
