/** Which of today's visits a clinician has picked. */
import type { Session, SessionSubject } from "../../records/sessions.ts";
import { locateChosen } from "./locate.ts";
import type { NoVisit } from "./opened.ts";
import type { ProviderParts } from "./parts.ts";
import type { Said } from "./said.ts";
import { patientBeside } from "./shownPatient.ts";

/** The clinician picked one of today's visits. @throws Fault, EhrFault, SessionOver */
export async function choose(
  parts: ProviderParts,
  session: Session,
  appointmentId: string,
): Promise<NoVisit | Said> {
  const chosen = await parts.withFreshSession(session, (fresh) =>
    locateChosen(parts, fresh, parts.ehr.chart(fresh.connection, fresh.grant), appointmentId),
  );
  if ("kind" in chosen) return { ...chosen, patient: await patientBeside(parts, session) };
  const subject: SessionSubject = { kind: "appointment", appointmentId, picked: true };
  await parts.sessions.change(session.id, (content) => ({ ...content, place: subject }));
  parts.log.info("visit.chosen", { connection: session.connection.id });
  return { kind: "visit-chosen" };
}

/**
 * Forgets which visit was open or picked, because it was the wrong one: from now on the launch opens none unasked, and its
 * encounter decides nothing.
 */
export async function chooseAgain(
  { sessions }: Pick<ProviderParts, "sessions">,
  { id }: Session,
): Promise<void> {
  await sessions.change(id, ({ place: subject, ...content }) =>
    subject?.kind === "consult" ? { ...content, place: subject } : { ...content, asksWhich: true },
  );
}
