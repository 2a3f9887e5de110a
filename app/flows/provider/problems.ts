import type { Fullness } from "../../domain/visit.ts";
import { Fault, type CommonProblem } from "../../web/fault.ts";

/** What can end a clinician's walk, and what its page must name. Words: faultWords.ts. */
export type ProviderProblem =
  /** The launch came from a FHIR base URL that nobody configured. */
  | { readonly kind: "unknown-chart-system" }
  /** `side`: what the chart system is; it was opened at the other one's launch URL. */
  | { readonly kind: "wrong-environment"; readonly side: "test" | "production" }
  | { readonly kind: "awaiting-registration" }
  | { readonly kind: "connection-failing" }
  /** Parameters are missing, doubled or odd. */
  | { readonly kind: "launch-invalid" }
  | { readonly kind: "launch-expired" }
  | { readonly kind: "launch-reused" }
  /** The state is not bound to this browser. */
  | { readonly kind: "launch-other-browser" }
  /** `help` is an address that the caller has checked to be the chart system's own. */
  | { readonly kind: "sign-in-refused"; readonly help?: string }
  /** The answer or its id_token failed a check. */
  | { readonly kind: "sign-in-unproven" }
  | { readonly kind: "scopes-trimmed"; readonly missing: readonly string[] }
  | { readonly kind: "chart-unavailable" }
  | { readonly kind: "chart-refused" }
  /** The chart system answered, and with something that is not FHIR. */
  | { readonly kind: "chart-not-fhir" }
  | { readonly kind: "session-over" }
  /** Nobody has used the page for a while. */
  | { readonly kind: "session-idle" }
  /** `isMistake`: the chart says that the appointment should never have been there. `mayBeMore`: not all of today's could be read. */
  | { readonly kind: "visit-cancelled"; readonly isMistake?: true; readonly mayBeMore?: true }
  /** `location` is the FHIR id of the place, when the appointment has one. */
  | { readonly kind: "department-unknown"; readonly location?: string }
  /** The chart did not show where the visit takes place. */
  | { readonly kind: "department-unreadable" }
  | { readonly kind: "meetings-unavailable" }
  /** Teams has not been told that the connector may act for the department's account. */
  | { readonly kind: "meetings-access-policy" }
  | { readonly kind: "meetings-refused" }
  /** `back` is the visit's page, which is still there. */
  | { readonly kind: "staff-account-other-tenant"; readonly back?: string }
  | { readonly kind: "staff-sign-in-failed"; readonly back?: string }
  /** Nobody else can be invited, or given a new link. */
  | { readonly kind: "visit-full"; readonly of: Fullness; readonly back: string }
  /** The connector's own store refused, did not answer, or holds what cannot be read. */
  | { readonly kind: "store-failing" }
  /** The old Internet Explorer control inside PowerChart. */
  | { readonly kind: "browser-too-old" };

export function fault(
  problem: ProviderProblem | CommonProblem,
  options?: ErrorOptions,
): Fault<ProviderProblem | CommonProblem> {
  return new Fault(problem, options);
}
