/**
 * The visit of a launch as we keep it, so that it can be joined, ended and revoked while the chart and Teams cannot be
 * reached.
 */
import type { VisitId } from "../../domain/linkToken.ts";
import type { Visit } from "../../domain/visit.ts";
import type { SessionSubject, Session } from "../../records/sessions.ts";
import type { ProviderPicks } from "./parts.ts";

export type AppointmentSubject = Extract<SessionSubject, { kind: "appointment" }>;
export type Consult = Omit<Extract<SessionSubject, { kind: "consult" }>, "kind">;

/** The visit that the page shows, if it was opened before. */
export async function keptOf(
  { visits }: Pick<ProviderPicks, "visits">,
  session: Session,
): Promise<Visit | undefined> {
  const { place: subject } = session;
  if (subject?.kind === "consult") return keptConsult({ visits }, session, subject);
  return subject && keptAppointment({ visits }, subject);
}

/**
 * The patient's visit of this launch, if it was opened before. Undefined where the chart has given it to another patient
 * since, which renews the record's epoch: then the chart has to say whose it is.
 */
export async function keptAppointment(
  { visits }: Pick<ProviderPicks, "visits">,
  { visitId, anothers, epoch }: Omit<AppointmentSubject, "kind">,
): Promise<Visit | undefined> {
  if (visitId === undefined || anothers === true) return undefined;
  const visit = await visits.byId(visitId as VisitId);
  // Sessions that the release before has kept have no epoch.
  return epoch === undefined || visit?.epoch === epoch ? visit : undefined;
}

/** A consult of this launch, if it was opened before. */
export function keptConsult(
  { visits }: Pick<ProviderPicks, "visits">,
  session: Session,
  consult: Consult,
): Promise<Visit | undefined> {
  return visits.consultOf({ connectionId: session.connection.id, key: consultKey(session, consult) });
}

/** The key of a consult. One that the release before has begun has no number, because a launch had only one then. */
export function consultKey({ launchId }: Session, { departmentId, number }: Consult): string {
  return number === undefined ? launchId : JSON.stringify([launchId, departmentId, number]);
}
