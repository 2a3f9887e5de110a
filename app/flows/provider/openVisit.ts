/**
 * From a session to what its page shows: the chart is read anew each time, and the visit is kept in step with it. A visit that
 * was opened once is ours, and stays on the page whatever cannot be read.
 */
import type { VisitId } from "../../domain/linkToken.ts";
import type { Chart } from "../../ports/ehr.ts";
import type { Place, Session } from "../../records/sessions.ts";
import { openConsult } from "./consults.ts";
import { departmentOf } from "./departments.ts";
import { isOf, locate, type Candidate } from "./locate.ts";
import { chartProblem, type NotRead } from "./notRead.ts";
import type { Choice, NoVisit, OpenVisit } from "./opened.ts";
import type { ProviderParts } from "./parts.ts";
import { fault } from "./problems.ts";
import { shownPatient } from "./shownPatient.ts";

/** @throws Fault, EhrFault, MeetingsFault, SessionOver */
export async function openVisit(
  parts: ProviderParts,
  session: Session,
): Promise<OpenVisit | Choice | NoVisit> {
  const { place } = session;
  if (place?.kind === "consult") return openConsult(parts, session, place);
  try {
    return await fromChart(parts, session, place);
  } catch (error) {
    const problem = chartProblem(error);
    const kept = problem === undefined ? undefined : await keptVisit(parts, place);
    if (problem === undefined || kept === undefined) throw error;
    parts.log.error("chart.not_read", error, { connection: session.connection.id, reason: problem });
    const readAt = session.readAt === undefined ? {} : { readAt: new Date(session.readAt) };
    return { ...kept, notRead: [{ kind: "chart", problem, ...readAt }] };
  }
}

type AppointmentPlace = Extract<Place, { kind: "appointment" }>;

/** The visit of this launch as we know it, without asking anybody. */
async function keptVisit(
  parts: Pick<ProviderParts, "visits" | "hospital">,
  place: AppointmentPlace | undefined,
): Promise<Omit<OpenVisit, "notRead"> | undefined> {
  if (place?.visitId === undefined) return undefined;
  const visit = await parts.visits.byId(place.visitId as VisitId);
  const department = visit && (await parts.hospital.department(visit.departmentId));
  return department && { kind: "visit", patient: undefined, department, visit };
}

async function fromChart(
  parts: ProviderParts,
  held: Session,
  place: AppointmentPlace | undefined,
): Promise<OpenVisit | Choice | NoVisit> {
  const session = await parts.freshSession(held);
  const chart = parts.ehr.chart(session.connection, session.grant);
  const [shown, found] = await Promise.all([
    shownPatient(parts, chart, session),
    place === undefined ? located(parts, session, chart) : placed(parts, session, chart, place),
  ]);
  const notRead: readonly NotRead[] = shown.isRead ? [] : [{ kind: "patient" }];
  switch (found.kind) {
    case "no-visit":
      return found;
    case "choice":
      return { ...found, patient: shown.patient };
    case "hidden":
      return { ...found.kept, patient: shown.patient, notRead: [{ kind: "appointment-hidden" }, ...notRead] };
    case "appointment":
      return appointmentVisit(parts, session, found, { patient: shown.patient, notRead });
  }
}

interface FoundAppointment {
  readonly kind: "appointment";
  readonly candidate: Candidate;
  /** The visit that this launch has opened before. */
  readonly visitId?: string;
}
type Found =
  | FoundAppointment
  | { readonly kind: "choice"; readonly candidates: readonly Candidate[] }
  | { readonly kind: "hidden"; readonly kept: Omit<OpenVisit, "notRead"> }
  | NoVisit;

/** The first view of a launch. */
async function located(parts: ProviderParts, session: Session, chart: Chart): Promise<Found> {
  const candidates = await locate(parts, session.connection.id, chart, session.grant);
  const [candidate, ...others] = candidates;
  if (candidate === undefined) return { kind: "no-visit" };
  return others.length > 0 ? { kind: "choice", candidates } : { kind: "appointment", candidate };
}

/** A later view: the appointment of this launch, as the chart has it now. */
async function placed(
  parts: ProviderParts,
  session: Session,
  chart: Chart,
  place: AppointmentPlace,
): Promise<Found> {
  const appointment = await chart.appointment(place.appointmentId);
  if (appointment === undefined) {
    const kept = await keptVisit(parts, place);
    return kept === undefined ? { kind: "no-visit" } : { kind: "hidden", kept };
  }
  const { patient } = session.grant;
  if (patient === undefined || !(await isOf(chart, appointment, patient))) {
    await parts.sessions.change(session.id, ({ place: _another, ...content }) => content);
    throw fault({ kind: "visit-of-another-patient" });
  }
  const departments = await parts.hospital.departments(session.connection.id);
  const department = await departmentOf(chart, departments, appointment);
  const { visitId } = place;
  return {
    kind: "appointment",
    candidate: { appointment, department },
    ...(visitId !== undefined && { visitId }),
  };
}

async function appointmentVisit(
  parts: ProviderParts,
  session: Session,
  { candidate: { appointment, department: named }, visitId }: FoundAppointment,
  shown: Pick<OpenVisit, "patient" | "notRead">,
): Promise<OpenVisit> {
  const connectionId = session.connection.id;
  if (appointment.status === "cancelled") {
    await parts.visits.cancel(connectionId, appointment.id);
    throw fault({ kind: "visit-cancelled" });
  }
  const place: AppointmentPlace = {
    kind: "appointment",
    appointmentId: appointment.id,
    ...(visitId !== undefined && { visitId }),
  };
  const department = named ?? (await keptVisit(parts, place))?.department;
  if (department === undefined) throw unknownPlace(appointment.locations[0]);
  const { id: appointmentId, start, end } = appointment;
  const visit = await parts.visits.open({ connectionId, appointmentId, department, start, end });
  await rememberRead(parts, session, { ...place, visitId: visit.id });
  const notRead: readonly NotRead[] = [
    ...shown.notRead,
    ...(named === undefined ? [{ kind: "department" } as const] : []),
    ...(visit.behind === undefined ? [] : [{ kind: "meeting-behind" } as const]),
  ];
  return { kind: "visit", patient: shown.patient, appointment, department, visit, notRead };
}

/** How exactly the page knows when the chart was last read. */
const READ_TO_MS = 120_000;

/** Kept, so that a visit booked in between does not turn this page into a question, and a chart that is down takes nothing away. */
async function rememberRead(parts: ProviderParts, session: Session, place: AppointmentPlace): Promise<void> {
  const now = parts.now().getTime();
  const isKnown = session.place?.kind === "appointment" && session.place.visitId === place.visitId;
  if (isKnown && now - (session.readAt ?? 0) < READ_TO_MS) return;
  await parts.sessions.change(session.id, (content) => ({
    ...content,
    // A consult that was begun meanwhile stays on the page.
    ...(content.place?.kind === "consult" ? { patientVisit: withoutKind(place) } : { place }),
    readAt: now,
  }));
}

const withoutKind = ({ kind: _kind, ...rest }: AppointmentPlace) => rest;

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

const unknownPlace = (location: string | undefined) =>
  fault({ kind: "department-unknown", ...(location !== undefined && { location }) });
