/** What a launch's page can be about. */
import type { Department } from "../../domain/hospital.ts";
import type { Visit } from "../../domain/visit.ts";
import type { ChartAppointment, ChartPatient } from "../../ports/ehr.ts";
import type { Candidate } from "./locate.ts";
import type { NotRead } from "./notRead.ts";

export interface OpenVisit {
  readonly kind: "visit";
  /** Absent where the EHR shows it itself, and where it could not be read. */
  readonly patient: ChartPatient | undefined;
  /** Absent for a consult, and where the chart could not be read. */
  readonly appointment?: ChartAppointment;
  readonly department: Department;
  readonly visit: Visit;
  readonly notRead: readonly NotRead[];
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
