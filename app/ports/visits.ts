import type { LinkClaims, LinkToken, VisitId } from "../domain/linkToken.ts";
import type { Department } from "../domain/hospital.ts";
import type { Person, Visit } from "../domain/visit.ts";

/** The visits that the connector knows, and the links into them. Whatever can happen twice is harmless the second time. */
export interface Visits {
  /** The visit of an appointment: opened with its meeting the first time, brought up to date later. @throws MeetingsFault */
  open(appointment: AppointmentFacts): Promise<Visit>;
  /** A visit among colleagues, without a patient: one per `key`. @throws MeetingsFault */
  openConsult(consult: ConsultFacts): Promise<Visit>;
  /** The visit of an appointment if it was ever opened. Changes nothing. */
  find(connectionId: string, appointmentId: string): Promise<Visit | undefined>;
  byId(id: VisitId): Promise<Visit | undefined>;
  /** The chart says cancelled: patients' links say so from now on. A visit that was never opened stays so. */
  cancel(connectionId: string, appointmentId: string): Promise<void>;
  /** Staff end a visit, or open it again. */
  end(id: VisitId): Promise<void>;
  reopen(id: VisitId): Promise<void>;
  /** A guest with a link of their own. */
  invite(id: VisitId, role: Exclude<Person["role"], "patient">): Promise<Person>;
  /** Revokes the person's link and makes the next one. */
  renewLink(id: VisitId, person: number): Promise<void>;
  token(visit: Visit, person: Person): LinkToken;
  /** What a link claims, if this connector made it; asks nobody. */
  claims(token: string): LinkClaims | undefined;
}

export interface AppointmentFacts {
  readonly connectionId: string;
  readonly appointmentId: string;
  readonly department: Department;
  readonly start: Date;
  readonly end: Date;
}

export interface ConsultFacts {
  readonly connectionId: string;
  readonly key: string;
  readonly department: Department;
  readonly start: Date;
  readonly end: Date;
}
