/** Expected and final for this request: a kind, what its page must name, and for the log the cause. Words: faultWords.ts. */

/** What a kind's page needs to name; most need nothing. */
export interface FaultParticulars {
  /** The launch came from a FHIR base URL that nobody configured. */
  "unknown-chart-system": object;
  /** `side`: what the chart system is; it was opened at the other one's launch URL. */
  "wrong-environment": { readonly side: "test" | "production" };
  "awaiting-registration": object;
  "connection-failing": object;
  /** Parameters are missing, doubled or odd. */
  "launch-invalid": object;
  "launch-expired": object;
  "launch-reused": object;
  /** The state is not bound to this browser. */
  "launch-other-browser": object;
  /** `help` is an address that the caller has checked to be the chart system's own. */
  "sign-in-refused": { readonly help?: string };
  /** The answer or its id_token failed a check. */
  "sign-in-unproven": object;
  "scopes-trimmed": { readonly missing: readonly string[] };
  "chart-unavailable": object;
  "chart-refused": object;
  "session-over": object;
  "no-visit": object;
  "visit-cancelled": object;
  /** `location` is the FHIR id of the place, when the appointment has one. */
  "department-unknown": { readonly location?: string };
  "meetings-unavailable": object;
  /** Teams has not been told that the connector may act for the department's account. */
  "meetings-access-policy": object;
  "meetings-refused": object;
  /** `back` is the visit's page, which is still there. */
  "staff-account-other-tenant": { readonly back?: string };
  "staff-sign-in-failed": { readonly back?: string };
  /** The old Internet Explorer control inside PowerChart. */
  "browser-too-old": object;
  "not-found": object;
  "not-same-origin": object;
  "too-many-requests": object;
  /** The request itself cannot be read: too large, cut off, not what it says it is. */
  "request-unreadable": object;
  unexpected: object;
}

export type FaultKind = keyof FaultParticulars;

/** A kind with its particulars; with a type argument, that of one kind. */
export type Problem<K extends FaultKind = FaultKind> = {
  [P in K]: { readonly kind: P } & Readonly<FaultParticulars[P]>;
}[K];

export class Fault extends Error {
  override readonly name = "Fault";
  readonly problem: Problem;
  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.kind, options);
    this.problem = problem;
  }
  get kind(): FaultKind {
    return this.problem.kind;
  }
}
