/**
 * Consults, which are visits among colleagues, begun beside a chart: one for each launch and department, and another one
 * after that was ended.
 */
import type { Department, VisitRules } from "../../domain/hospital.ts";
import { closes, type Visit } from "../../domain/visit.ts";
import type { SessionSubject, Session, SessionContent } from "../../records/sessions.ts";
import { departmentOfVisit } from "../../records/visitDepartment.ts";
import { consultKey, keptConsult, type Consult } from "./kept.ts";
import type { OpenVisit } from "./opened.ts";
import type { NotRead } from "./notRead.ts";
import { patientBeside } from "./shownPatient.ts";
import type { ProviderParts, ProviderPicks } from "./parts.ts";
import { fault } from "./problems.ts";

type ConsultSubject = Extract<SessionSubject, { kind: "consult" }>;

const CONSULT_MS = 3_600_000;

/**
 * A consult needs no chart; the patient whose chart it was begun beside is shown where the chart can be read.
 * @throws Fault, MeetingsFault
 */
export async function openConsult(
  parts: ProviderParts,
  session: Session,
  subject: ConsultSubject,
): Promise<OpenVisit> {
  const [visit, patient] = await Promise.all([
    begunOrKept(parts, session, subject),
    patientBeside(parts, session),
  ]);
  const { department, isRemoved } = await departmentOfVisit(parts.hospital, visit);
  const notRead: readonly NotRead[] = isRemoved ? [{ kind: "department-removed" }] : [];
  return { kind: "visit", patient, hints: [], notRead, department, visit };
}

/** The consult, also where its department was removed since; without the department none is begun. */
async function begunOrKept(parts: ProviderParts, session: Session, subject: ConsultSubject): Promise<Visit> {
  const department = await parts.hospital.department(subject.departmentId);
  if (department !== undefined)
    return parts.visits.openConsult({
      connectionId: session.connection.id,
      key: consultKey(session, subject),
      department,
      start: new Date(subject.start),
      end: new Date(subject.start + CONSULT_MS),
    });
  const kept = await keptConsult(parts, session, subject);
  if (kept === undefined) throw fault({ kind: "department-unknown" });
  return kept;
}

/**
 * Leads to the department's consult of this launch, and begins one if there is none: the chart has no visit, or colleagues
 * meet about something else.
 * @throws Fault
 */
export async function startConsult(
  parts: ProviderParts,
  session: Session,
  departmentId: string,
): Promise<void> {
  const departments = await parts.hospital.departments(session.connection.id);
  const last = lastOf(session, departmentId);
  const known = last === undefined ? undefined : await keptConsult(parts, session, last);
  const now = parts.now();
  const ended = known !== undefined && isOver(known, parts.hospital.visitRules, now);
  // A consult that goes on is found also where its department was removed.
  if (!departments.some(({ id }) => id === departmentId) && (known === undefined || ended))
    throw fault({ kind: last === undefined ? "request-unreadable" : "department-unknown" });
  const start = now.getTime();
  await parts.sessions.change(session.id, (content) => {
    // Two clicks begin one consult: the second finds the one that the first has begun.
    const there = lastOf(content, departmentId);
    const isOver = ended && there?.number === last?.number;
    const consult =
      there === undefined || isOver ? { departmentId, start, number: (there?.number ?? -1) + 1 } : there;
    const consults = (content.consults ?? []).filter((one) => one.departmentId !== departmentId);
    return {
      ...content,
      ...besides(content),
      place: { kind: "consult", ...consult },
      consults: [...consults, consult],
    };
  });
  parts.log.info("consult.begun", { connection: session.connection.id, department: departmentId });
}

const isOver = (visit: Visit, rules: VisitRules, now: Date): boolean =>
  visit.state === "ended" || now > closes(visit, rules);

/** What a launch's page offers of consults. */
export interface OfferedConsults {
  /** The departments in which one can be begun; undefined where that cannot be read. */
  readonly departments: readonly Department[] | undefined;
  /** The ids of the departments in which this launch has begun one that can be gone to. */
  readonly begun: readonly string[];
}

/** Where a department was removed, its consult can be gone to until it is over. */
export async function consultsOf(parts: OfferingPicks, session: Session): Promise<OfferedConsults> {
  const departments = await parts.hospital.departments(session.connection.id);
  const begun: string[] = [];
  for (const id of begunIn(session))
    if (departments.some((one) => one.id === id) || (await goesOn(parts, session, id))) begun.push(id);
  return { departments, begun };
}

type OfferingPicks = Pick<ProviderPicks, "hospital" | "now" | "visits">;

/** What is offered where it cannot be read which departments there are. */
export const consultsUntold = (session: Session): OfferedConsults => ({
  departments: undefined,
  begun: begunIn(session),
});

const begunIn = ({ consults = [] }: Session): readonly string[] => [
  ...new Set(consults.map(({ departmentId }) => departmentId)),
];

async function goesOn(
  { hospital, now, visits }: OfferingPicks,
  session: Session,
  departmentId: string,
): Promise<boolean> {
  const last = lastOf(session, departmentId);
  const known = last && (await keptConsult({ visits }, session, last));
  return known !== undefined && !isOver(known, hospital.visitRules, now());
}

/** Leads from the consult back to the patient's visit, or to finding it where none was open. */
export async function leaveConsult(parts: ProviderParts, session: Session): Promise<void> {
  await parts.sessions.change(session.id, (content) => {
    if (content.place?.kind !== "consult") return content;
    const { place: _consult, patientVisit, ...rest } = content;
    return patientVisit === undefined ? rest : { ...rest, place: { kind: "appointment", ...patientVisit } };
  });
}

/** Forgets the consult that the session shows: it was asked for, and never began. One that was begun before it stays known. */
export async function forgetConsult(
  { sessions }: Pick<ProviderParts, "sessions">,
  { id, place: shown }: Session,
): Promise<void> {
  if (shown?.kind !== "consult") return;
  const { departmentId, number = 0 } = shown;
  await sessions.change(id, ({ consults = [], ...content }) => ({
    ...content,
    consults: consults.flatMap((one) => {
      if (one.departmentId !== departmentId || (one.number ?? 0) !== number) return [one];
      return number === 0 ? [] : [{ ...one, number: number - 1 }];
    }),
  }));
}

/** The department's consult that was begun last from this launch. */
function lastOf({ consults, place: subject }: SessionContent, departmentId: string): Consult | undefined {
  const known = consults?.find((consult) => consult.departmentId === departmentId);
  if (known !== undefined || subject?.kind !== "consult" || subject.departmentId !== departmentId)
    return known;
  const { kind: _kind, ...begunBefore } = subject;
  return begunBefore;
}

/** The patient's visit to go back to after the consult. */
function besides({ place: subject, patientVisit }: SessionContent): Pick<SessionContent, "patientVisit"> {
  if (subject?.kind !== "appointment") return patientVisit === undefined ? {} : { patientVisit };
  const { kind: _kind, ...visit } = subject;
  return { patientVisit: visit };
}
