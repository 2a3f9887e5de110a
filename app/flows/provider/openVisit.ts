/** From a session to what its page shows: the chart is read anew each time, and the visit is kept in step with it. */
import type { Department } from "../../domain/hospital.ts";
import type { Visit } from "../../domain/visit.ts";
import type { Chart, ChartAppointment, ChartPatient } from "../../ports/ehr.ts";
import type { Place, Session } from "../../records/sessions.ts";
import { departmentOf } from "./departments.ts";
import { isOf, locate, type Candidate } from "./locate.ts";
import type { ProviderParts } from "./parts.ts";
import { fault } from "./problems.ts";

export interface OpenVisit {
  readonly kind: "visit";
  readonly patient: ChartPatient | undefined;
  /** Absent for a consult. */
  readonly appointment?: ChartAppointment;
  readonly department: Department;
  readonly visit: Visit;
}
export interface Choice {
  readonly kind: "choice";
  readonly patient: ChartPatient | undefined;
  readonly candidates: readonly Candidate[];
}
/** This chart has no video visit today, or none that can be opened from it. */
export interface NoVisit {
  readonly kind: "no-visit";
}

/** @throws Fault, EhrFault, MeetingsFault, SessionOver */
export async function openVisit(parts: ProviderParts, held: Session): Promise<OpenVisit | Choice | NoVisit> {
  const session = await parts.freshSession(held);
  const chart = parts.ehr.chart(session.connection, session.grant);
  const [patient, place] = await Promise.all([shownPatient(chart, session), found(parts, session, chart)]);
  switch (place.kind) {
    case "no-visit":
      return place;
    case "choice":
      return { ...place, patient };
    case "consult":
      return consult(parts, session, place, patient);
    case "appointment":
      return appointmentVisit(parts, session, place.candidate, patient);
  }
}

/** The clinician picked one of today's visits. @throws Fault, EhrFault, SessionOver */
export async function choose(
  parts: ProviderParts,
  held: Session,
  appointmentId: string,
): Promise<NoVisit | undefined> {
  const session = await parts.freshSession(held);
  const chart = parts.ehr.chart(session.connection, session.grant);
  const appointment = await chart.appointment(appointmentId);
  const { patient } = session.grant;
  // Only this chart's patient: the form's word for it is not enough.
  if (appointment === undefined || patient === undefined || !(await isOf(chart, appointment, patient)))
    return { kind: "no-visit" };
  const place: Place = { kind: "appointment", appointmentId };
  await parts.sessions.change(session.id, (content) => ({ ...content, place }));
  parts.log.info("visit.chosen", { connection: session.connection.id });
  return undefined;
}

/** No visit in the chart, or another matter: a visit with colleagues alone. @throws Fault */
export async function startConsult(
  parts: ProviderParts,
  session: Session,
  departmentId: string,
): Promise<void> {
  const departments = await parts.hospital.departments(session.connection.id);
  if (!departments.some(({ id }) => id === departmentId)) throw fault({ kind: "request-unreadable" });
  const place: Place = { kind: "consult", departmentId, start: parts.now().getTime() };
  await parts.sessions.change(session.id, (content) => ({ ...content, place }));
  parts.log.info("consult.begun", { connection: session.connection.id, department: departmentId });
}

async function shownPatient(chart: Chart, session: Session): Promise<ChartPatient | undefined> {
  const { patient, needPatientBanner } = session.grant;
  return patient === undefined || !needPatientBanner ? undefined : chart.patient(patient);
}

type Found =
  | { readonly kind: "appointment"; readonly candidate: Candidate }
  | Extract<Place, { kind: "consult" }>
  | { readonly kind: "choice"; readonly candidates: readonly Candidate[] }
  | NoVisit;

/** Where the clinician is, with the appointment as the chart has it now. */
async function found(parts: ProviderParts, session: Session, chart: Chart): Promise<Found> {
  if (session.place?.kind === "consult") return session.place;
  if (session.place !== undefined) {
    const appointment = await chart.appointment(session.place.appointmentId);
    if (appointment === undefined) return { kind: "no-visit" };
    const departments = await parts.hospital.departments(session.connection.id);
    const department = await departmentOf(chart, departments, appointment);
    return { kind: "appointment", candidate: { appointment, department } };
  }
  const candidates = await locate(parts, session.connection.id, chart, session.grant);
  const [candidate, ...others] = candidates;
  if (candidate === undefined) return { kind: "no-visit" };
  if (others.length > 0) return { kind: "choice", candidates };
  const place: Place = { kind: "appointment", appointmentId: candidate.appointment.id };
  // Kept, so that a visit booked in between does not turn this page into a question.
  await parts.sessions.change(session.id, (content) => ({ ...content, place }));
  return { kind: "appointment", candidate };
}

async function appointmentVisit(
  parts: ProviderParts,
  session: Session,
  { appointment, department }: Candidate,
  patient: ChartPatient | undefined,
): Promise<OpenVisit> {
  const connectionId = session.connection.id;
  if (appointment.status === "cancelled") {
    await parts.visits.cancel(connectionId, appointment.id);
    throw fault({ kind: "visit-cancelled" });
  }
  if (department === undefined) throw unknownPlace(appointment.locations[0]);
  const { id: appointmentId, start, end } = appointment;
  const visit = await parts.visits.open({ connectionId, appointmentId, department, start, end });
  return { kind: "visit", patient, appointment, department, visit };
}

const CONSULT_MS = 3_600_000;

async function consult(
  parts: ProviderParts,
  session: Session,
  place: Extract<Place, { kind: "consult" }>,
  patient: ChartPatient | undefined,
): Promise<OpenVisit> {
  const department = await parts.hospital.department(place.departmentId);
  if (department === undefined) throw unknownPlace(undefined);
  const start = new Date(place.start);
  const end = new Date(place.start + CONSULT_MS);
  const visit = await parts.visits.openConsult({
    connectionId: session.connection.id,
    key: session.launchId,
    department,
    start,
    end,
  });
  return { kind: "visit", patient, department, visit };
}

const unknownPlace = (location: string | undefined) =>
  fault({ kind: "department-unknown", ...(location !== undefined && { location }) });
