/** What is noted, and asked of background work, beside a visit whose page is opened. */
import { isYounger } from "../../domain/age.ts";
import type { Visit } from "../../domain/visit.ts";
import { countInTime } from "../../records/counting.ts";
import type { Session } from "../../records/sessions.ts";
import { roomInTime } from "../../records/visitRoom.ts";
import type { AppointmentSubject } from "./kept.ts";
import { laterForTeams } from "./meetingJob.ts";
import type { ProviderParts } from "./parts.ts";
import { unlessStoreFails } from "./session.ts";

/** Notes all of it at once: each has a row of its own, and none needs another. */
export async function noteBeside(
  parts: ProviderParts,
  session: Session,
  subject: AppointmentSubject,
  visit: Visit,
): Promise<void> {
  const { canaries, hospital, jobs, testVisits } = parts;
  const { id: connectionId } = session.connection;
  await Promise.all([
    rememberRead(parts, session, subject),
    visit.behind !== undefined && unlessStoreFails(parts, () => laterForTeams(parts, visit)),
    unlessStoreFails(parts, () => countInTime(jobs, visit, "once")),
    unlessStoreFails(parts, () => roomInTime(jobs, visit, hospital.visitRules, "once")),
    testVisits.opened(connectionId),
    canaries.launched(connectionId),
  ]);
}

/** The accuracy, in milliseconds, with which it is kept when the chart was last read. */
const READ_TO_MS = 120_000;

/**
 * Keeps what was read with the session, so that a visit booked meanwhile does not make this page ask which visit is meant,
 * and a visit stays on the page while the chart is down.
 */
async function rememberRead(
  parts: ProviderParts,
  session: Session,
  subject: AppointmentSubject,
): Promise<void> {
  const now = parts.now().getTime();
  const before = session.place?.kind === "appointment" ? session.place : undefined;
  const isSame = before?.visitId === subject.visitId && before?.epoch === subject.epoch;
  const isKnown = isSame && before?.anothers !== true;
  if (isKnown && isYounger(session.readAt ?? 0, parts.now(), READ_TO_MS)) return;
  const { kind: _kind, ...patientVisit } = subject;
  await unlessStoreFails(parts, () =>
    parts.sessions.change(session.id, (content) => {
      // What was begun, picked or given up in another tab meanwhile is kept.
      if (content.place?.kind === "consult") return { ...content, patientVisit, readAt: now };
      if (content.place?.appointmentId !== before?.appointmentId) return content;
      return { ...content, place: subject, readAt: now };
    }),
  );
}
