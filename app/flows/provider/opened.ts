/** What a launch's page can be about. */
import type { Visit } from "../../domain/visit.ts";
import type { ReadHint, StatedAppointment } from "../../ports/ehr.ts";
import type { ShownDepartment } from "../../records/visitDepartment.ts";
import type { Candidate } from "./departments.ts";
import type { NextVisit } from "./nextVisit.ts";
import type { NotRead } from "./notRead.ts";
import type { HeldElsewhere } from "./problems.ts";
import type { ShownPatient } from "./shownPatient.ts";

/** Known where the page is shown, and not where a form only acts. */
interface BesideHeld {
  /** Other visits of the chart's patient, of any day, of which staff hold back the messages. */
  readonly heldElsewhere?: readonly HeldElsewhere[];
}

export interface OpenVisit extends BesideHeld {
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
export interface Choice extends BesideHeld {
  readonly kind: "choice";
  readonly patient: ShownPatient;
  readonly hints: readonly ReadHint[];
  readonly candidates: readonly Candidate[];
  /** Present where the clinician asked for today's visits. */
  readonly isAskedFor?: true;
  /** Present where a consult was just asked for, and Teams did not begin it. */
  readonly isConsultNotBegun?: true;
}

/** There is no visit to open, and why. */
export interface NoVisit extends BesideHeld {
  readonly kind: "no-visit";
  readonly because: NoVisitReason;
  readonly hints: readonly ReadHint[];
  /** The patient whose chart it is, where that is known by then. */
  readonly patient?: ShownPatient;
  /** The nearest video visit after today, if there is one in what the chart answered about today. */
  readonly next?: NextVisit;
  /** Present where a consult was just asked for, and Teams did not begin it. */
  readonly isConsultNotBegun?: true;
}

export type NoVisitReason =
  | "none-today"
  /** The launch names no patient. */
  | "no-patient"
  /** Today's visit is marked as one to which the patient did not come. */
  | "missed"
  /** The chart answered with appointments of somebody else only. */
  | "not-this-patients"
  /** The chart's search shows a visit of today that its own record does not show, or says is another patient's. */
  | "contradicted"
  /** The visit that was open is another patient's now. */
  | "other-patient"
  /** The chart does not show the visit that was open: it may be gone, or hidden from this user. */
  | "not-shown"
  /** What was picked is not among today's visits. */
  | "not-offered";
