/** From a session to what its page shows: the chart is read anew each time, and the visit is kept in step with it. */
import type { Department } from "../../domain/hospital.ts";
import type { Visit } from "../../domain/visit.ts";
import type { Chart, ChartAppointment, ReadHint } from "../../ports/ehr.ts";
import type { Place, Session } from "../../records/sessions.ts";
import type { Candidate } from "./departments.ts";
import { locate, locateChosen, locateKept, type NoVisit } from "./locate.ts";
import type { ProviderParts } from "./parts.ts";
import { fault } from "./problems.ts";
import { readShownPatient, type ShownPatient } from "./shownPatient.ts";

export interface OpenVisit {
  readonly kind: "visit";
  readonly patient: ShownPatient;
  /** What could not be read in the chart. */
  readonly hints: readonly ReadHint[];
  /** Absent for a consult. */
  readonly appointment?: ChartAppointment;
  readonly department: Department;
  readonly visit: Visit;
}
export interface Choice {
  readonly kind: "choice";
  readonly patient: ShownPatient;
  readonly hints: readonly ReadHint[];
  readonly candidates: readonly Candidate[];
}

/** @throws Fault, EhrFault, MeetingsFault, SessionOver */
export async function openVisit(parts: ProviderParts, held: Session): Promise<OpenVisit | Choice | NoVisit> {
  const session = await parts.freshSession(held);
  const chart = parts.ehr.chart(session.connection, session.grant);
  const [patient, place] = await Promise.all([
    readShownPatient(parts.log, session, chart),
    found(parts, session, chart),
  ]);
  switch (place.kind) {
    case "no-visit":
      return place;
    case "choice":
      return { ...place, patient };
    case "consult":
      return consult(parts, session, place, patient);
    case "appointment":
      return appointmentVisit(parts, session, place, patient);
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
  const chosen = await locateChosen(parts, session, chart, appointmentId);
  if ("kind" in chosen) return chosen;
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

type Found =
  | { readonly kind: "appointment"; readonly candidate: Candidate; readonly hints: readonly ReadHint[] }
  | Extract<Place, { kind: "consult" }>
  | Pick<Choice, "kind" | "candidates" | "hints">
  | NoVisit;

/** Where the clinician is, with the appointment as the chart has it now. */
async function found(parts: ProviderParts, session: Session, chart: Chart): Promise<Found> {
  if (session.place?.kind === "consult") return session.place;
  if (session.place !== undefined) {
    const kept = await locateKept(parts, session, chart, session.place.appointmentId);
    return kept.kind === "no-visit" ? kept : { ...kept, kind: "appointment" };
  }
  const offer = await locate(parts, session, chart);
  if (offer.kind === "no-visit") return offer;
  const { candidates, hints } = offer;
  const [candidate, ...others] = candidates;
  if (others.length > 0) return { kind: "choice", candidates, hints };
  const place: Place = { kind: "appointment", appointmentId: candidate.appointment.id };
  // Kept, so that a visit booked in between does not turn this page into a question.
  await parts.sessions.change(session.id, (content) => ({ ...content, place }));
  return { kind: "appointment", candidate, hints };
}

async function appointmentVisit(
  parts: ProviderParts,
  session: Session,
  { candidate, hints }: Extract<Found, { kind: "appointment" }>,
  patient: ShownPatient,
): Promise<OpenVisit> {
  const connectionId = session.connection.id;
  const { appointment, department, isPlaceHidden } = candidate;
  if (department === undefined)
    throw isPlaceHidden ? fault({ kind: "department-unreadable" }) : unknownPlace(appointment.locations[0]);
  const { id: appointmentId, start, end } = appointment;
  const visit = await parts.visits.open({ connectionId, appointmentId, department, start, end });
  return { kind: "visit", patient, hints, appointment, department, visit };
}

const CONSULT_MS = 3_600_000;

async function consult(
  parts: ProviderParts,
  session: Session,
  place: Extract<Place, { kind: "consult" }>,
  patient: ShownPatient,
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
  return { kind: "visit", patient, hints: [], department, visit };
}

const unknownPlace = (location: string | undefined) =>
  fault({ kind: "department-unknown", ...(location !== undefined && { location }) });
