import type { ConfiguredConnection } from "../domain/hospital.ts";

/** The hospital's chart system: sign-in by SMART, reading by FHIR R4. */
export interface Ehr {
  /** Looks at the server as at a stranger's: is it FHIR R4 with appointments, and where does one sign in? Never throws. */
  probe(connection: ConfiguredConnection): Promise<Probe>;
  /** The address to send the clinician's browser to. */
  signInUrl(connection: ConfiguredConnection, endpoints: SignInEndpoints, request: SignInRequest): URL;
  /** Trades the code for a grant and proves who signed in. @throws EhrFault */
  redeem(connection: ConfiguredConnection, endpoints: SignInEndpoints, answer: SignInAnswer): Promise<Grant>;
  /**
   * A grant whose access token has a while to go; the same one when it is still good. "now" asks for a new one whatever its
   * time says, for a chart that refuses it; without a refresh token there is none. @throws EhrFault
   */
  renew(
    connection: ConfiguredConnection,
    endpoints: SignInEndpoints,
    grant: Grant,
    when: "when-due" | "now",
  ): Promise<Grant>;
  /** Reads with the clinician's own rights. Tokens go nowhere but below the connection's base URL. */
  chart(connection: ConfiguredConnection, grant: Grant): Chart;
}

export type Probe =
  | { readonly ok: true; readonly endpoints: SignInEndpoints; readonly warnings: readonly string[] }
  /**
   * `unwell`: it may be well again by itself, and what was known of it holds. `addresses`: people would be sent elsewhere
   * than settings or safety allow. `proof`: our own key or secret is missing, so no sign-in can be finished. `reason` is for
   * administrators and the log.
   */
  | { readonly ok: false; readonly why: "unwell" | "addresses" | "proof"; readonly reason: string };

export interface SignInEndpoints {
  readonly issuer?: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly jwksUri?: string;
}

export interface SignInRequest {
  /** Opaque handle of the EHR's launch context. */
  readonly launch: string;
  readonly state: string;
  readonly nonce: string;
  /** PKCE verifier; only its S256 challenge leaves. */
  readonly verifier: string;
  readonly redirectUri: string;
}

export interface SignInAnswer {
  readonly code: string;
  readonly verifier: string;
  readonly nonce: string;
  readonly redirectUri: string;
}

/** What the clinician's sign-in gave us. Kept sealed, never shown, never logged. */
export interface Grant {
  readonly accessToken: string;
  readonly refreshToken?: string;
  /** Milliseconds since 1970. */
  readonly obtainedAt: number;
  readonly expiresAt: number;
  /** The signed-in person's resource, `<base>/(Practitioner|PractitionerRole|Person)/<id>`. */
  readonly fhirUser: string;
  readonly patient?: string;
  readonly encounter?: string;
  /** False when the EHR shows the patient's name itself. */
  readonly needPatientBanner: boolean;
}

export interface Chart {
  /** The appointment that an encounter belongs to, if the encounter says so. */
  appointmentOfEncounter(encounter: string): Promise<string | undefined>;
  appointment(id: string): Promise<ChartAppointment | undefined>;
  /** Those of one patient that start or end in the range, by start. */
  appointments(patient: string, from: Date, before: Date): Promise<readonly ChartAppointment[]>;
  /** A combined record answers as the one that replaced it. */
  patient(id: string): Promise<ChartPatient>;
  /** The location that this one is part of, if any. */
  parentLocation(id: string): Promise<string | undefined>;
}

export interface ChartAppointment {
  readonly id: string;
  readonly status: string;
  readonly start: Date;
  readonly end: Date;
  readonly patients: readonly string[];
  readonly locations: readonly string[];
  /** It has virtual rooms, or is of a type that the hospital names as video. */
  readonly isVideo: boolean;
  /** What the chart calls it; shown, never stored. */
  readonly type: string;
}

/** Read for one page, stored nowhere. */
export interface ChartPatient {
  readonly id: string;
  readonly name: string;
  readonly birthDate?: string;
}

export type EhrProblem =
  /** The person may not; `help` is an address of the chart system's own. */
  | { readonly kind: "sign-in-refused"; readonly help?: string }
  /** The connector itself is not accepted: its client id, key, secret, scopes or addresses. `code` is OAuth's, or "other". */
  | { readonly kind: "registration-refused"; readonly help?: string; readonly code: string }
  /** The sign-in's code was not taken: too late, used, or for another redirect URI. */
  | { readonly kind: "code-refused"; readonly help?: string }
  | { readonly kind: "sign-in-unavailable" }
  | { readonly kind: "sign-in-unproven" }
  /** What was refused was refused for its time, and the clocks differ by so much. */
  | { readonly kind: "clocks-differ"; readonly minutes: number }
  /** A patient's or a relative's launch. */
  | { readonly kind: "not-staff" }
  | { readonly kind: "scopes-trimmed"; readonly missing: readonly string[] }
  | { readonly kind: "session-over" }
  /** The chart refuses the token that its own sign-in gave. */
  | { readonly kind: "token-refused" }
  | { readonly kind: "chart-refused" }
  | { readonly kind: "chart-unavailable" }
  /** An answer came in time, and is not what FHIR or SMART say; asking again is unlikely to help. */
  | { readonly kind: "chart-unreadable" };

/** The chart system said no, or nothing, or something that proves nothing. The message is for the log, without content. */
export class EhrFault extends Error {
  override readonly name = "EhrFault";
  readonly problem: EhrProblem;
  constructor(problem: EhrProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}
