/** What a launch's page can be about, besides `NoVisit` (locate.ts). */
import type { Visit } from "../../domain/visit.ts";
import type { ReadHint, StatedAppointment } from "../../ports/ehr.ts";
import type { ShownDepartment } from "../../records/visitDepartment.ts";
import type { Candidate } from "./departments.ts";
import type { NotRead } from "./notRead.ts";
import type { ShownPatient } from "./shownPatient.ts";

export interface OpenVisit {
  readonly kind: "visit";
  readonly patient: ShownPatient;
  /** What could not be read in the chart. */
  readonly hints: readonly ReadHint[];
  /** What could not be read, though the visit is known. */
  readonly notRead: readonly NotRead[];
  /** Absent for a consult, and where the chart could not be read. */
  readonly appointment?: StatedAppointment;
  readonly department: ShownDepartment;
  readonly visit: Visit;
  /** Present where the appointment names nobody but in words, and was opened from more than one patient's chart. */
  readonly mayBeShared?: true;
}
export interface Choice {
  readonly kind: "choice";
  readonly patient: ShownPatient;
  readonly hints: readonly ReadHint[];
  readonly candidates: readonly Candidate[];
  /** Present where a consult was just asked for, and Teams did not begin it. */
  readonly isConsultNotBegun?: true;
}
