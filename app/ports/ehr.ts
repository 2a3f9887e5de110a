import type { AppointmentStatus } from "../domain/appointmentStatus.ts";
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
  | {
      readonly ok: false;
      readonly why: "unwell" | "addresses" | "proof";
      readonly obstacle: ProbeObstacle;
      readonly reason: string;
    };

/** What stands in the way, for whoever says what to do about it. */
export type ProbeObstacle =
  /** Nobody knows the host's name. */
  | "no-such-host"
  /** The host is a name for an address inside a private network, which is never called. */
  | "inside"
  | "certificate"
  | "no-answer"
  /** It answered that it is ill or busy. */
  | "ill"
  /** It leads elsewhere, and no redirect is followed. */
  | "redirect"
  /** 401 or 403. */
  | "refused"
  /** Another status, such as 404. */
  | "not-there"
  | "not-fhir"
  | "other-fhir"
  | "no-appointments"
  | "no-sign-in"
  | "unsafe-sign-in"
  /** Its sign-in addresses are others than the stack file insists on. */
  | "not-as-settings-say"
  /** Its sign-in addresses are others than those that were found first. */
  | "not-as-found-first"
  /** Our own key or secret is missing. */
  | "proof"
  /** Ours: the probe could not be finished. */
  | "unfinished";

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

/** Ids may come as they stand in a token or a reference: `Patient/1` is `1`. */
export interface Chart {
  /** The appointments that an encounter names, in its order. An encounter that is not shown names none, with a hint. */
  appointmentsOfEncounter(encounter: string): Promise<EncounterAppointments>;
  /** Undefined: the chart does not show it to this user. It may be there all the same. @throws EhrFault */
  appointment(id: string): Promise<ChartAppointment | undefined>;
  /**
   * What the search for one patient's appointments answers, by start: those that start or end in the range. The search's
   * word is not proof: whose they are, each says for itself. @throws EhrFault
   */
  appointments(patient: string, from: Date, before: Date): Promise<AppointmentList>;
  /** A combined record answers as the one that replaced it. @throws EhrFault */
  patient(id: string): Promise<ChartPatient>;
  /**
   * What a location is part of. Never throws but for a session that is over: a place that is not shown is no reason to stop.
   */
  parentLocation(id: string): Promise<ParentLocation>;
}

export interface EncounterAppointments {
  readonly ids: readonly string[];
  readonly hints: readonly ReadHint[];
}

export interface AppointmentList {
  readonly found: readonly ChartAppointment[];
  readonly hints: readonly ReadHint[];
}

export type ParentLocation =
  | { readonly kind: "part-of"; readonly id: string }
  | { readonly kind: "top" }
  /** Not shown to this user, or its parent is named in no way that can be followed. */
  | { readonly kind: "hidden" }
  /** The chart did not answer, or answered something that is no location. */
  | { readonly kind: "failed" };

/**
 * What could not be read as it stood: it travels beside the values, to the page and to the log. `fields` are names of FHIR
 * members, never what stands in them.
 */
export type ReadHint =
  /** There are further pages that could not be had. */
  | { readonly kind: "list-incomplete" }
  /** Entries that may be video visits could not be read. */
  | { readonly kind: "entries-skipped"; readonly count: number; readonly fields: readonly string[] }
  /** Appointments of somebody else came with the answer, and were dropped. */
  | { readonly kind: "foreign-dropped"; readonly count: number }
  | { readonly kind: "encounter-unreadable" }
  /** The encounter names an appointment, which cannot be read: what is shown may be another one. */
  | { readonly kind: "encounter-visit-unreadable" }
  /** Members of an appointment that were there in a shape that says nothing. */
  | { readonly kind: "members-ignored"; readonly fields: readonly string[] }
  /** The chart says no length that can be: 30 minutes stand in for it. */
  | { readonly kind: "duration-assumed" }
  /** The times came without a zone, and were read in the department's. */
  | { readonly kind: "zone-assumed" }
  /** The chart did not show where the visit takes place. */
  | { readonly kind: "department-unreadable" }
  /** Parts of the patient's record that are hidden, or in a shape that says nothing. */
  | { readonly kind: "patient-unreadable"; readonly fields: readonly PatientField[] };

export type PatientField = "record" | "name" | "name.family" | "name.given" | "birthDate" | "link";

export interface ChartAppointment {
  readonly id: string;
  readonly status: AppointmentStatus;
  /** With {@link clock} "wall", as though the clock on the wall showed UTC; see domain/wallClock.ts. */
  readonly start: Date;
  /** After the start. */
  readonly end: Date;
  /** "wall": the chart wrote the times without a zone, and only the department tells which. */
  readonly clock: "instant" | "wall";
  /**
   * Ids of the patients that it names. None where it names them by words alone: then only that patient's own search proves
   * whose it is.
   */
  readonly patients: readonly string[];
  /** It names a patient of another server. Whose it is, is then not known here. */
  readonly patientElsewhere: boolean;
  readonly locations: readonly string[];
  /**
   * Names of the clinicians who take part, as the chart shows them, the one who sees the patient first; shown, never stored.
   */
  readonly clinicians: readonly string[];
  /** It has virtual rooms, or is of a type that the hospital names as video. */
  readonly isVideo: boolean;
  /** What the chart calls it; shown, never stored. */
  readonly type: string;
  readonly hints: readonly ReadHint[];
}

/** Read for one page, stored nowhere. */
export interface ChartPatient {
  readonly id: string;
  /** Ids of the records that it says were combined into it. */
  readonly replaced: readonly string[];
  /** Absent when the chart has none, or shows none. */
  readonly name?: string;
  /** A year, a year and month, or a whole date, as FHIR writes them. */
  readonly birthDate?: string;
  /** The one that the patient prefers. */
  readonly language?: PatientLanguage;
  /** Whether the patient needs an interpreter, where the chart says so. */
  readonly interpreter?: boolean;
  /** A number that can be called, as +12025550123: the best by use, rank and age. */
  readonly phone?: string;
  /** The best that can be texted: in the United States, Canada or Puerto Rico, neither toll-free nor premium. */
  readonly textNumber?: string;
  /** A mail address in use: the best by rank and age. */
  readonly mail?: string;
  /** Nobody is to be written to. */
  readonly gone?: "deceased" | "inactive";
  /** How the patient wants to be reminded of appointments; "other" is neither by text nor by mail. */
  readonly prefers?: "text" | "mail" | "other";
  readonly hints: readonly ReadHint[];
}

export interface PatientLanguage {
  /** BCP 47, in lower case: "es", "pt-br". Absent when the chart names the language by a code of its own. */
  readonly code?: string;
  /** As the chart calls it. */
  readonly name: string;
}

export type EhrProblem =
  /** The person may not; `help` is an address of the chart system's own. */
  | { readonly kind: "sign-in-refused"; readonly help?: string }
  /**
   * The connector itself is not accepted: its client id, key, secret, scopes or addresses. `code` is OAuth's, or "other".
   */
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
  /** The keys that sign who signed in are published in a form that cannot be read: no passing trouble. */
  | { readonly kind: "keys-unreadable" }
  /** It answered, and with something that is not the FHIR resource asked for: no passing trouble. */
  | { readonly kind: "chart-not-fhir" };

/** The chart system said no, or nothing, or something that proves nothing. The message is for the log, without content. */
export class EhrFault extends Error {
  override readonly name = "EhrFault";
  readonly problem: EhrProblem;
  constructor(problem: EhrProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}

/** Whether nothing more of the chart can be read with this token, so that no part of a page can do without. */
export function endsReading(error: unknown): boolean {
  if (!(error instanceof EhrFault)) return false;
  return error.problem.kind === "session-over" || error.problem.kind === "token-refused";
}
