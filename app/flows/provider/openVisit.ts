/**
 * Finds out what the page of a session shows. The chart is read anew each time, and the visit is brought up to date with it.
 * A visit that was opened once is in our store, and stays on the page whatever cannot be read.
 */
import type { Visit } from "../../domain/visit.ts";
import type { Chart } from "../../ports/ehr.ts";
import { MeetingsFault } from "../../ports/meetings.ts";
import { unlessChanged } from "../../records/visitChanged.ts";
import type { SessionSubject, Session } from "../../records/sessions.ts";
import { Fault } from "../../web/fault.ts";
import { factsOf } from "./believed.ts";
import { chooseAgain } from "./choosing.ts";
import { forgetConsult, leaveConsult, openConsult } from "./consults.ts";
import { keptConsult, type AppointmentSubject } from "./kept.ts";
import { inKeptDepartment, keptVisit, withoutLocation } from "./keptVisit.ts";
import { locate, locateKept } from "./locate.ts";
import { noteBeside } from "./noteBeside.ts";
import { chartAnswered, chartProblem, type NotRead } from "./notRead.ts";
import type { Choice, NoVisit, OpenVisit } from "./opened.ts";
import type { ProviderParts } from "./parts.ts";
import { onceEach } from "./patientNames.ts";
import { fault } from "./problems.ts";
import { ownIds } from "./sending.ts";
import { patientNotRead, readShownPatient, rememberPatient, type ShownPatient } from "./shownPatient.ts";
import { heldAmong } from "./visitCancelled.ts";
import { unlessWhoseUntold } from "./whoseUntold.ts";

/** @throws Fault, EhrFault, MeetingsFault, SessionOver */
export async function openVisit(
  parts: ProviderParts,
  session: Session,
): Promise<OpenVisit | Choice | NoVisit> {
  const { place: subject } = session;
  if (subject?.kind === "consult") return consultOrVisit(parts, session, subject);
  const beside: { patient?: Promise<ShownPatient> } = {};
  try {
    return await parts.withFreshSession(session, (fresh) =>
      unlessChanged(() => fromChart(parts, fresh, subject, beside)),
    );
  } catch (error) {
    // A visit that was picked and never opened would hide the others at each further view.
    if (error instanceof MeetingsFault && subject !== undefined && subject.visitId === undefined)
      await chooseAgain(parts, session);
    const problem = chartProblem(error);
    const kept = problem === undefined ? undefined : await keptVisit(parts, subject);
    if (problem === undefined || kept === undefined) {
      rememberPatient(error, await beside.patient?.catch(() => undefined));
      throw error;
    }
    if (kept.visit.state === "cancelled")
      throw fault({ kind: "visit-cancelled", ...heldAmong([kept.visit]) }, { cause: error });
    parts.log.error("chart.not_read", error, { connection: session.connection.id, reason: problem });
    const readAt = session.readAt === undefined ? {} : { readAt: new Date(session.readAt) };
    return {
      ...kept,
      // Its appointment alone may be what the chart cannot show.
      patient: (await beside.patient?.catch(() => undefined)) ?? patientNotRead(session),
      notRead: [{ kind: "chart", problem, ...chartAnswered(error), ...readAt }, ...kept.notRead],
    };
  }
}

/**
 * The consult; or, where Teams does not begin it, what was shown when it was asked for, to which the launch leads back: the
 * patient's visit, the choice, or that there is none.
 */
async function consultOrVisit(
  parts: ProviderParts,
  session: Session,
  subject: Extract<SessionSubject, { kind: "consult" }>,
): Promise<OpenVisit | Choice | NoVisit> {
  try {
    return await openConsult(parts, session, subject);
  } catch (error) {
    const reason = whyNotBegun(error);
    if (reason === undefined) throw error;
    parts.log.error("consult.not_begun", error, { connection: session.connection.id, reason });
    if ((await keptConsult(parts, session, subject)) === undefined) await forgetConsult(parts, session);
    await leaveConsult(parts, session);
    const { patientVisit, place: _consult, ...others } = session;
    const back =
      patientVisit === undefined ? {} : { place: { kind: "appointment" as const, ...patientVisit } };
    const shown = await openVisit(parts, { ...others, ...back });
    return shown.kind === "visit"
      ? { ...shown, notRead: [...shown.notRead, { kind: "consult" }] }
      : { ...shown, isConsultNotBegun: true };
  }
}

/** Why a consult was not begun: Teams does not begin its meeting, or its department was removed first. */
function whyNotBegun(error: unknown): string | undefined {
  if (error instanceof MeetingsFault) return error.reason;
  const isRemoved = error instanceof Fault && error.kind === "department-unknown";
  return isRemoved ? "department-unknown" : undefined;
}

/** @param beside keeps what is read beside the appointments, which is known although they cannot be read */
async function fromChart(
  parts: ProviderParts,
  session: Session,
  subject: AppointmentSubject | undefined,
  beside: { patient?: Promise<ShownPatient> },
): Promise<OpenVisit | Choice | NoVisit> {
  const chart = parts.ehr.chart(session.connection, session.grant);
  beside.patient = readShownPatient(parts.log, session, chart);
  const [patient, found] = await Promise.all([
    beside.patient,
    subject === undefined ? located(parts, session, chart) : placed(parts, session, chart, subject),
  ]);
  switch (found.kind) {
    case "no-visit":
    case "choice":
    case "visit":
      return { ...found, patient };
    case "appointment": {
      const shown = await appointmentVisit(parts, session, chart, found);
      const { appointment } = shown;
      if (appointment === undefined) return { ...shown, patient };
      return { ...shown, patient, appointment: onceEach(appointment, ownIds(session, { patient })) };
    }
  }
}

interface FoundAppointment extends Pick<OpenVisit, "hints"> {
  readonly kind: "appointment";
  readonly candidate: Choice["candidates"][number];
  /** The visit that this launch has opened before. */
  readonly known?: AppointmentSubject;
}
type Shown = Omit<OpenVisit, "patient">;

/** The first view of a launch. */
async function located(
  parts: ProviderParts,
  session: Session,
  chart: Chart,
): Promise<FoundAppointment | Omit<Choice, "patient"> | NoVisit> {
  const offer = await locate(parts, session, chart);
  if (offer.kind === "no-visit") return offer;
  const { candidates, hints } = offer;
  const [candidate, ...others] = candidates;
  const { mayBeOther, isAskedFor } = offer;
  // "All of today" is said only where nothing was left out.
  const asked = isAskedFor === true && mayBeOther !== true ? { isAskedFor } : {};
  return others.length > 0 || mayBeOther === true || isAskedFor === true
    ? { kind: "choice", candidates, hints, ...asked }
    : { kind: "appointment", candidate, hints };
}

/** A later view: the appointment of this launch, as the chart has it now. */
async function placed(
  parts: ProviderParts,
  session: Session,
  chart: Chart,
  subject: AppointmentSubject,
): Promise<FoundAppointment | Shown | NoVisit> {
  const now = await locateKept(parts, session, chart, subject.appointmentId);
  if (now.kind === "kept")
    return { kind: "appointment", candidate: now.candidate, hints: now.hints, known: subject };
  if (now.kind === "untimed") {
    const kept = await keptOn(parts, subject);
    const { appointment } = now;
    return kept === undefined
      ? { kind: "no-visit", because: "none-today", hints: appointment.hints }
      : { ...kept, hints: appointment.hints, appointment };
  }
  switch (now.because) {
    case "not-shown": {
      const kept = await keptOn(parts, subject);
      return kept === undefined
        ? now
        : { ...kept, notRead: [{ kind: "appointment-hidden" }, ...kept.notRead] };
    }
    case "other-patient":
      await parts.sessions.change(session.id, (content) =>
        content.place?.kind === "appointment" && content.place.appointmentId === subject.appointmentId
          ? { ...content, place: { ...subject, anothers: true } }
          : content,
      );
      return now;
    default:
      return now;
  }
}

async function appointmentVisit(
  parts: ProviderParts,
  session: Session,
  chart: Chart,
  { candidate, hints, known }: FoundAppointment,
): Promise<Shown> {
  const { appointment, department: its, isLocationHidden } = candidate;
  const appointmentId = appointment.id;
  const facts = factsOf({ chart, session }, candidate);
  const opened =
    its === undefined || facts === undefined
      ? await inKeptDepartment(parts, facts, known, isLocationHidden)
      : {
          visit: await unlessWhoseUntold(() => parts.visits.open({ ...facts, department: its })),
          department: its,
          notRead: isLocationHidden ? [withoutLocation(true)] : [],
        };
  if (opened === undefined) {
    const kept = await keptOn(parts, known);
    if (kept !== undefined)
      return {
        ...kept,
        hints,
        appointment,
        notRead: kept.notRead.length > 0 ? kept.notRead : [withoutLocation(isLocationHidden)],
      };
    throw isLocationHidden
      ? fault({ kind: "department-unreadable" })
      : unknownLocation(appointment.locations[0]);
  }
  const { visit, department } = opened;
  if (visit.state === "cancelled") throw stillCancelled(visit);
  const { id: visitId, epoch } = visit;
  const record = { visitId, ...(epoch !== undefined && { epoch }) };
  const picked = known?.picked === true ? { picked: true as const } : {};
  await noteBeside(parts, session, { kind: "appointment", appointmentId, ...record, ...picked }, visit);
  const notRead: readonly NotRead[] = [
    ...opened.notRead,
    ...(visit.behind === undefined ? [] : [{ kind: "meeting-behind" } as const]),
  ];
  const isInWords = appointment.patients.length === 0;
  const mayBeShared = isInWords && (await parts.visits.patientsSharing(visitId)) > 1;
  return {
    ...{ kind: "visit", hints, appointment, department, visit, notRead },
    ...(mayBeShared && { mayBeShared }),
  };
}

/** The visit of this launch as it is kept. What the chart has cancelled is off until the chart says otherwise. */
async function keptOn(
  parts: ProviderParts,
  subject: AppointmentSubject | undefined,
): ReturnType<typeof keptVisit> {
  const kept = await keptVisit(parts, subject);
  if (kept?.visit.state === "cancelled") throw stillCancelled(kept.visit);
  return kept;
}

const stillCancelled = (visit: Visit) =>
  fault({ kind: "visit-cancelled", mayBeOff: true, ...heldAmong([visit]) });

const unknownLocation = (location: string | undefined) =>
  fault(location === undefined ? { kind: "location-absent" } : { kind: "department-unknown", location });
