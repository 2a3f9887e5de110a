/** From a session to what its page shows: the chart is read anew each time, and the visit is kept in step with it. */
import { Fault } from "../../web/fault.ts";
import type { Department } from "../../domain/hospital.ts";
import type { Visit } from "../../domain/visit.ts";
import type { Chart, ChartAppointment, ChartPatient } from "../../ports/ehr.ts";
import type { LaunchDeps } from "./deps.ts";
import { departmentOf } from "./departments.ts";
import { isOf, locate, type Candidate } from "./locate.ts";
import { asFault } from "./outsideFaults.ts";
import { changeSession, type Place, type Session } from "./sessions.ts";

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

/** @throws Fault */
export async function openVisit(deps: LaunchDeps, held: Session): Promise<OpenVisit | Choice> {
  try {
    const session = await freshSession(deps, held);
    const chart = deps.ehr.chart(session.connection, session.grant);
    const [patient, place] = await Promise.all([shownPatient(chart, session), found(deps, session, chart)]);
    if (place.kind === "choice") return { ...place, patient };
    if (place.kind === "consult") return await consult(deps, session, place, patient);
    return await appointmentVisit(deps, session, place.candidate, patient);
  } catch (error) {
    throw asFault(error);
  }
}

/** The clinician picked one of today's visits. @throws Fault */
export async function choose(deps: LaunchDeps, held: Session, appointmentId: string): Promise<void> {
  try {
    const session = await freshSession(deps, held);
    const chart = deps.ehr.chart(session.connection, session.grant);
    const appointment = await chart.appointment(appointmentId);
    const { patient } = session.grant;
    // Only this chart's patient: the form's word for it is not enough.
    if (appointment === undefined || patient === undefined || !(await isOf(chart, appointment, patient)))
      throw new Fault({ kind: "no-visit" });
    await changeSession(deps, session, (content) => ({
      ...content,
      place: { kind: "appointment", appointmentId },
    }));
    deps.log.info("visit.chosen", { connection: session.connection.id });
  } catch (error) {
    throw asFault(error);
  }
}

/** No visit in the chart, or another matter: a visit with colleagues alone. @throws Fault */
export async function startConsult(deps: LaunchDeps, session: Session, departmentId: string): Promise<void> {
  const departments = await deps.hospital.departments(session.connection.id);
  if (!departments.some(({ id }) => id === departmentId)) throw new Fault({ kind: "request-unreadable" });
  const place: Place = { kind: "consult", departmentId, start: deps.now().getTime() };
  await changeSession(deps, session, (content) => ({ ...content, place }));
  deps.log.info("consult.begun", { connection: session.connection.id, department: departmentId });
}

/** The grant with time to go. Requests of one process renew it together: Oracle throttles whoever refreshes often. */
const renewals = new WeakMap<LaunchDeps, Map<string, Promise<Session>>>();

async function freshSession(deps: LaunchDeps, session: Session): Promise<Session> {
  const under = renewals.get(deps) ?? new Map<string, Promise<Session>>();
  renewals.set(deps, under);
  const running = under.get(session.id);
  if (running !== undefined) return running;
  const renewal = renewed(deps, session).finally(() => under.delete(session.id));
  under.set(session.id, renewal);
  return renewal;
}

async function renewed(deps: LaunchDeps, session: Session): Promise<Session> {
  const standing = await deps.standings.of(session.connection);
  if (!standing.ok) throw new Fault({ kind: "connection-failing" }, { cause: new Error(standing.reason) });
  const grant = await deps.ehr.renew(session.connection, standing.endpoints, session.grant);
  return grant === session.grant
    ? session
    : changeSession(deps, session, (content) => ({ ...content, grant }));
}

async function shownPatient(chart: Chart, session: Session): Promise<ChartPatient | undefined> {
  const { patient, needPatientBanner } = session.grant;
  return patient === undefined || !needPatientBanner ? undefined : chart.patient(patient);
}

type Found =
  | { readonly kind: "appointment"; readonly candidate: Candidate }
  | Extract<Place, { kind: "consult" }>
  | { readonly kind: "choice"; readonly candidates: readonly Candidate[] };

/** Where the clinician is, with the appointment as the chart has it now. */
async function found(deps: LaunchDeps, session: Session, chart: Chart): Promise<Found> {
  if (session.place?.kind === "consult") return session.place;
  if (session.place !== undefined) {
    const appointment = await chart.appointment(session.place.appointmentId);
    if (appointment === undefined) throw new Fault({ kind: "no-visit" });
    const departments = await deps.hospital.departments(session.connection.id);
    const department = await departmentOf(chart, departments, appointment);
    return { kind: "appointment", candidate: { appointment, department } };
  }
  const candidates = await locate(deps, session.connection.id, chart, session.grant);
  if (candidates.length > 1) return { kind: "choice", candidates };
  const [candidate] = candidates;
  const place: Place = { kind: "appointment", appointmentId: candidate.appointment.id };
  // Kept, so that a visit booked in between does not turn this page into a question.
  await changeSession(deps, session, (content) => ({ ...content, place }));
  return { kind: "appointment", candidate };
}

async function appointmentVisit(
  deps: LaunchDeps,
  session: Session,
  { appointment, department }: Candidate,
  patient: ChartPatient | undefined,
): Promise<OpenVisit> {
  const connectionId = session.connection.id;
  if (appointment.status === "cancelled") {
    await deps.visits.cancel(connectionId, appointment.id);
    throw new Fault({ kind: "visit-cancelled" });
  }
  if (department === undefined) throw unknownPlace(appointment.locations[0]);
  const { id: appointmentId, start, end } = appointment;
  const visit = await deps.visits.open({ connectionId, appointmentId, department, start, end });
  return { kind: "visit", patient, appointment, department, visit };
}

const CONSULT_MS = 3_600_000;

async function consult(
  deps: LaunchDeps,
  session: Session,
  place: Extract<Place, { kind: "consult" }>,
  patient: ChartPatient | undefined,
): Promise<OpenVisit> {
  const department = await deps.hospital.department(place.departmentId);
  if (department === undefined) throw unknownPlace(undefined);
  const start = new Date(place.start);
  const end = new Date(place.start + CONSULT_MS);
  const visit = await deps.visits.openConsult({
    connectionId: session.connection.id,
    key: session.launchId,
    department,
    start,
    end,
  });
  return { kind: "visit", patient, department, visit };
}

const unknownPlace = (location: string | undefined) =>
  new Fault({ kind: "department-unknown", ...(location !== undefined && { location }) });
