/** What can go wrong on a clinician's way to a visit, by kind, and the errors that carry it. */
import type { Illness } from "../../domain/illness.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import type { SignInCheck } from "../../ports/ehr.ts";
import type { Fullness, Visit } from "../../domain/visit.ts";
import type { ShownDepartment } from "../../records/visitDepartment.ts";
import { Fault, type CommonProblem } from "../../web/fault.ts";
import type { SignInFailed } from "../../web/signInTrouble.ts";

/** What can end a launch before there is a session. Words: launchWords.ts. */
export type LaunchProblem =
  /** The launch came from a FHIR base URL that nobody configured. */
  | { readonly kind: "unknown-chart-system" }
  /** `side` is the environment of the chart system; it was opened at the other environment's launch URL. */
  | { readonly kind: "wrong-environment"; readonly side: "test" | "production" }
  | { readonly kind: "awaiting-registration" }
  | { readonly kind: "connection-failing" }
  /** The connector's own key or secret for this chart system cannot be had. */
  | { readonly kind: "proof-missing" }
  /** `iss` or `launch` is missing, doubled or empty. */
  | { readonly kind: "launch-invalid" }
  | { readonly kind: "launch-too-long" }
  /** The answer of the chart's sign-in lacks its `state` or `code`, or has one twice. */
  | { readonly kind: "answer-invalid"; readonly lacks: "state" | "code" }
  | { readonly kind: "launch-expired" }
  | { readonly kind: "launch-reused" }
  /** The state is not bound to this browser. */
  | { readonly kind: "launch-other-browser" }
  /** `help` is an address that the caller has checked to be the chart system's own. */
  | { readonly kind: "sign-in-refused"; readonly help?: string; readonly code?: string }
  /** The chart system does not accept the connector; it is not about the person. */
  | { readonly kind: "registration-refused"; readonly help?: string; readonly code?: string }
  | { readonly kind: "code-refused"; readonly help?: string }
  /** `answered` is absent where no answer came, or not in time. */
  | { readonly kind: "sign-in-unavailable"; readonly code?: string; readonly answered?: Illness }
  /** The answer or its id_token failed a check. */
  | { readonly kind: "sign-in-unproven"; readonly check: SignInCheck }
  /** The keys that sign who signed in are published in a form that cannot be read. */
  | { readonly kind: "keys-unreadable" }
  | { readonly kind: "clocks-differ"; readonly minutes: number }
  | { readonly kind: "not-staff" }
  | { readonly kind: "scopes-trimmed"; readonly missing: readonly string[] }
  | { readonly kind: "token-refused" };

/** Problems of the clinician's Microsoft account. `back` is the address of the visit's page. Words: accountWords.ts. */
export type AccountProblem =
  | { readonly kind: "staff-account-other-tenant"; readonly back?: string }
  | { readonly kind: "staff-account-guest"; readonly back?: string }
  /** The account owns a department's meetings, and is nobody's own. */
  | { readonly kind: "staff-account-organizer"; readonly back?: string }
  /** Another release wrote which account is linked, and this one does not replace what it cannot read. */
  | { readonly kind: "staff-link-of-another-release"; readonly back?: string }
  | ({ readonly kind: "staff-sign-in-failed"; readonly back?: string } & SignInFailed)
  | { readonly kind: "staff-sign-in-declined"; readonly back?: string }
  | { readonly kind: "staff-sign-in-expired"; readonly back?: string }
  | { readonly kind: "staff-sign-in-reused"; readonly back?: string }
  | { readonly kind: "staff-sign-in-other-browser"; readonly back?: string };

/** A visit whose messages are held back since that moment. */
export interface HeldVisit extends Pick<Visit, "start" | "epoch"> {
  readonly visit: VisitId;
  readonly since: Date;
}

/** Another visit of the chart's patient than those that the page is about, whatever day it is on. */
export interface HeldElsewhere extends HeldVisit {
  readonly department: ShownDepartment;
  /** The chart says that it does not take place. */
  readonly isOff: boolean;
}

/** All problems that a clinician may meet, and what their pages must name. Words of those not above: faultWords.ts. */
export type ProviderProblem =
  | LaunchProblem
  | AccountProblem
  /** `answered` is absent where no answer came, or not in time; so it is for Teams. */
  | { readonly kind: "chart-unavailable"; readonly answered?: Illness }
  | { readonly kind: "chart-refused" }
  /** The chart system answered, and with something that is not FHIR. */
  | { readonly kind: "chart-not-fhir"; readonly instead?: "redirect" | "status" | "record" }
  /** The appointment names somebody of whom it cannot be read whether they are the patient of before. */
  | { readonly kind: "whose-untold" }
  | { readonly kind: "session-over" }
  /**
   * A form does not say what each form of the page says, or goes to an address that there is not: its page is older than this
   * release, or is not ours.
   */
  | { readonly kind: "form-outdated" }
  /** Nobody has used the page for a while. */
  | { readonly kind: "session-idle" }
  /**
   * `isMistake`: the chart says that the appointment was entered in error. `mayBeMore`: not all of today's could be read.
   * `mayBeOff`: the chart said so before, and does not say now that the visit takes place. `held`: visits of which staff
   * hold back what would tell their patients. `heldElsewhere`: other visits of the chart's patient of which they do.
   */
  | {
      readonly kind: "visit-cancelled";
      readonly held?: readonly HeldVisit[];
      readonly heldElsewhere?: readonly HeldElsewhere[];
      readonly isMistake?: true;
      readonly mayBeMore?: true;
      readonly mayBeOff?: true;
    }
  /** An administrator has deleted what the connector kept about the visit, and it is not made again. */
  | { readonly kind: "visit-deleted" }
  /** `location` is the FHIR id of the appointment's location; absent where a consult's department was removed. */
  | { readonly kind: "department-unknown"; readonly location?: string }
  /** The appointment names no location that can be read. */
  | { readonly kind: "location-absent" }
  /** The chart did not show where the visit takes place. */
  | { readonly kind: "department-unreadable" }
  | { readonly kind: "meetings-unavailable"; readonly answered?: Illness }
  /** Teams has not been told that the connector may act for the department's account. */
  | { readonly kind: "meetings-access-policy" }
  | { readonly kind: "meetings-refused" }
  /** Nobody else can be invited, or given a new link. */
  | { readonly kind: "visit-full"; readonly of: Fullness; readonly back: string }
  /** The connector's own store refused, did not answer, or holds what cannot be read. */
  | { readonly kind: "store-failing" }
  /** The connector cannot read yet which chart systems administrators have set up. */
  | { readonly kind: "settings-not-read" }
  /** The old Internet Explorer control inside PowerChart. */
  | { readonly kind: "browser-too-old" };

export function fault(
  problem: ProviderProblem | CommonProblem,
  options?: ErrorOptions,
): Fault<ProviderProblem | CommonProblem> {
  return new Fault(problem, options);
}

/** The fault for a connection that cannot be used, by its standing. */
export function connectionFault(standing: {
  readonly why: "unwell" | "addresses" | "proof";
  readonly reason: string;
}): Fault<ProviderProblem | CommonProblem> {
  const kind = standing.why === "proof" ? "proof-missing" : "connection-failing";
  return fault({ kind }, { cause: new Error(standing.reason) });
}
