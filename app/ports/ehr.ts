/** The hospital's chart system: sign-in by SMART, reading by FHIR R4. */
import type { AppointmentStatus } from "../domain/appointmentStatus.ts";
import type { Range } from "../domain/halfHours.ts";
import type { ConfiguredConnection } from "../domain/hospital.ts";
import type { Illness } from "../domain/illness.ts";

export interface Ehr {
  /**
   * Asks the server, without relying on what is known of it, whether it is FHIR R4 with appointments, and for its sign-in
   * addresses. Never rejects.
   */
  probe(connection: ConfiguredConnection): Promise<Probe>;
  /** The address to send the clinician's browser to. */
  signInUrl(connection: ConfiguredConnection, endpoints: SignInEndpoints, request: SignInRequest): URL;
  /** Exchanges the code for a grant, and proves who signed in. @throws EhrFault */
  redeem(connection: ConfiguredConnection, endpoints: SignInEndpoints, answer: SignInAnswer): Promise<Grant>;
  /**
   * A grant whose access token is still good for a while: the same grant where its token is, else a renewed one. "now" asks
   * for a new token in any case, for a chart system that refuses the old one. Without a refresh token none can be had.
   * @throws EhrFault
   */
  renew(
    connection: ConfiguredConnection,
    endpoints: SignInEndpoints,
    grant: Grant,
    when: "when-due" | "now",
  ): Promise<Grant>;
  /** Reads with the clinician's own rights. Tokens are sent only to addresses below the connection's base URL. */
  chart(connection: ConfiguredConnection, grant: Grant): Chart;
}

export type Probe =
  | {
      readonly ok: true;
      readonly endpoints: SignInEndpoints;
      readonly warnings: readonly string[];
      /**
       * Why the server may have other addresses than these, which somebody in between may have hidden. They are good enough
       * for a server of which nothing is known, and say nothing against what is known of one.
       */
      readonly unsure?: string;
    }
  /**
   * `unwell`: the fault may pass by itself, and what was known of the server still holds. `addresses`: people would be sent
   * to other addresses than settings or safety allow. `proof`: our own key or secret is missing, so no sign-in can be
   * completed. `reason` is for administrators and the log.
   */
  | {
      readonly ok: false;
      readonly why: "unwell" | "addresses" | "proof";
      readonly obstacle: ProbeObstacle;
      readonly reason: string;
    };

/** What the probe failed on, for the code that says what to do about it. */
export type ProbeObstacle =
  /** The host's name cannot be resolved. */
  | "no-such-host"
  /** The host's name leads to an address inside a private network, which is never called. */
  | "inside"
  | "certificate"
  | "no-answer"
  /** The server answered that it is failing or busy. */
  | "ill"
  /** The server answered with a redirect, and none is followed. */
  | "redirect"
  /** The server answered 401 or 403. */
  | "refused"
  /** The server answered with another status, such as 404. */
  | "not-there"
  | "not-fhir"
  | "other-fhir"
  | "no-appointments"
  | "no-sign-in"
  | "unsafe-sign-in"
  /** Its sign-in addresses differ from those that the stack file requires. */
  | "not-as-settings-say"
  /** Its sign-in addresses differ from those that were found first. */
  | "not-as-found-first"
  /** Our own key or secret is missing. */
  | "proof"
  /** A fault of ours: the probe could not be completed. */
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

/** What the clinician's sign-in gave us. It is kept sealed, never shown and never logged. */
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

/** A chart that is open. Ids may be given as they are in a token or a reference: `Patient/1` means `1`. */
export interface Chart {
  /**
   * The appointments that an encounter names, in its order. For an encounter that is not shown to the user there are none,
   * with a hint.
   */
  appointmentsOfEncounter(encounter: string): Promise<EncounterAppointments>;
  /** Undefined where the chart does not show the appointment to this user; it may exist all the same. @throws EhrFault */
  appointment(id: string): Promise<ChartAppointment | UntimedAppointment | undefined>;
  /**
   * The answer of a search for one patient's appointments that start or end in the range, sorted by start. The search does
   * not prove whose an appointment is; each appointment itself says so. What it says of one may be older than what a read by
   * its id says.
   * @throws EhrFault
   */
  appointments(patient: string, from: Date, before: Date): Promise<AppointmentList>;
  /** The patient. For a record that was combined into another one, this is the one that replaced it. @throws EhrFault */
  patient(id: string): Promise<ChartPatient>;
  /**
   * The location's parent. Throws only when the session is over, because a location that is not shown is no reason to stop.
   */
  parentLocation(id: string): Promise<ParentLocation>;
}

export interface EncounterAppointments {
  readonly ids: readonly string[];
  readonly hints: readonly ReadHint[];
}

export interface AppointmentList {
  readonly found: readonly (ChartAppointment | UntimedAppointment)[];
  readonly hints: readonly ReadHint[];
  /**
   * The times of which the chart shows nothing; absent where there are none. Where it fails each time it is asked, because it
   * cannot show what lies there, a hint counts them as entries that were skipped; where it did not answer, or was asked for no
   * more, a hint says that the list is incomplete.
   */
  readonly unshown?: readonly Range[];
}

export type ParentLocation =
  | { readonly kind: "part-of"; readonly id: string }
  | { readonly kind: "top" }
  /** The location is not shown to this user, or names its parent in a way that cannot be followed. */
  | { readonly kind: "hidden" }
  /** The chart system did not answer, or answered with something that is not a location. */
  | { readonly kind: "failed" };

/**
 * Something that could not be read as it was. Hints go with the values, to the page and to the log. `fields` are names of
 * FHIR members, never their values.
 */
export type ReadHint =
  /**
   * There are further pages that could not be read, or the server says that results are missing. Here `fields` are FHIR's
   * codes for that, if it gives any.
   */
  | { readonly kind: "list-incomplete"; readonly fields?: readonly string[] }
  /** Entries that may be video visits could not be read. */
  | { readonly kind: "entries-skipped"; readonly count: number; readonly fields: readonly string[] }
  /**
   * The chart system says that it keeps entries back on purpose, such as by a security label, or has sent one without what it
   * takes to know it; `count` is how often. Asking again shows no more.
   */
  | { readonly kind: "entries-kept-back"; readonly count: number }
  /** The answer included appointments of other patients, which were dropped. */
  | { readonly kind: "foreign-dropped"; readonly count: number }
  | { readonly kind: "encounter-unreadable" }
  /** The encounter names an appointment that cannot be read, so the one that is shown may be another. */
  | { readonly kind: "encounter-visit-unreadable" }
  /** Members of an appointment that were present, in a shape that cannot be read. */
  | { readonly kind: "members-ignored"; readonly fields: readonly string[] }
  /**
   * The appointment's type, or a room's, was present in a shape that cannot be read, and nothing else says that it is a video
   * visit.
   */
  | { readonly kind: "type-unreadable"; readonly fields: readonly string[] }
  /**
   * The status is "unknown": the chart does not give it, or hides it, or gives one that FHIR does not have. So the visit may
   * be cancelled.
   */
  | { readonly kind: "status-unreadable" }
  /** The chart gives no possible length, so 30 minutes are assumed. */
  | { readonly kind: "duration-assumed" }
  /** The times came without a zone, and were read in the department's zone. */
  | { readonly kind: "zone-assumed" }
  /** The chart did not show the visit's location. */
  | { readonly kind: "department-unreadable" }
  /** Parts of the patient's record that are hidden, or have a shape that cannot be read. */
  | { readonly kind: "patient-unreadable"; readonly fields: readonly PatientField[] };

/** `name.current`: all of the patient's names are of before, or of a time to come. */
export type PatientField =
  "record" | "name" | "name.current" | "name.family" | "name.given" | "birthDate" | "link";

/** What an appointment says besides its times. */
export interface StatedAppointment {
  readonly id: string;
  readonly status: AppointmentStatus;
  /**
   * Ids of the patients whom it names; empty where it names them by words only. Then only a search for that patient proves
   * whose appointment it is.
   */
  readonly patients: readonly string[];
  /**
   * Whether it names a patient of another server, or only somebody who cannot be read and may be a patient; then it is not
   * known here whose appointment it is.
   */
  readonly patientElsewhere: boolean;
  /** Ids of patients who have declined while another one comes; they are not among {@link patients}. Absent where nobody has. */
  readonly declined?: readonly string[];
  /** Present where all the patients whom it names have declined. */
  readonly isDeclined?: true;
  readonly locations: readonly string[];
  /** The participating clinicians, beginning with the one who sees the patient; each name once. */
  readonly clinicians: readonly ChartClinician[];
  /** Whether it has virtual rooms, or is of a type that the hospital names as video. */
  readonly isVideo: boolean;
  /** The chart's name for the type of appointment; shown, and never stored. */
  readonly type: string;
  readonly hints: readonly ReadHint[];
}

export interface ChartAppointment extends StatedAppointment {
  /**
   * With {@link clock} "wall", this is the time that would be shown if the local clock showed UTC; see domain/wallClock.ts.
   */
  readonly start: Date;
  /** Always after the start. */
  readonly end: Date;
  /** "wall": the chart gave the times without a zone, so the department's zone applies. */
  readonly clock: "instant" | "wall";
}

/**
 * An appointment without times that can be read, and whose status needs none: it does not take place, or nobody has booked
 * it (https://hl7.org/fhir/R4/appointment.html, invariant app-3).
 */
export interface UntimedAppointment extends StatedAppointment {
  readonly start?: undefined;
}

/** A clinician whom an appointment names; shown, and never stored. */
export interface ChartClinician {
  /** As the chart shows it. */
  readonly name: string;
  /** The resources that have this name in the appointment, as {@link Grant.fhirUser} names them; none on another server. */
  readonly resources: readonly string[];
}

/** A patient, read for one page and stored nowhere. */
export interface ChartPatient {
  readonly id: string;
  /**
   * Ids of the records that were combined into it: the one that was asked for and those between, and those that it says it
   * replaced, as far as nothing in them says otherwise.
   */
  readonly replaced: readonly string[];
  /** Present where a record that may be the same patient's could not be read. */
  readonly areIdsUnsure?: true;
  /** Absent when the chart has no name, or does not show it. */
  readonly name?: string;
  /** A year, a year and month, or a full date, as FHIR writes them. */
  readonly birthDate?: string;
  /** The language that the patient prefers. */
  readonly language?: PatientLanguage;
  /** Whether the patient needs an interpreter, where the chart says so. */
  readonly interpreter?: boolean;
  /** The best number that can be called, by use, rank and age, such as +12025550123. */
  readonly phone?: string;
  /**
   * The best number that can be texted: in the United States, Canada or Puerto Rico, and neither toll-free nor premium-rate.
   */
  readonly textNumber?: string;
  /** The best mail address in use, by rank and age. */
  readonly mail?: string;
  /**
   * The reason why nobody is to be written to, if there is one. "replaced": another record replaced this one, or may have, and
   * the chart does not show which. Then the job that sends gets no recipient, either (ports/systemEhr.ts).
   */
  readonly gone?: "deceased" | "inactive" | "replaced";
  /** How the patient wants to be reminded of appointments; "other" means neither by text nor by mail. */
  readonly prefers?: "text" | "mail" | "other";
  readonly hints: readonly ReadHint[];
}

export interface PatientLanguage {
  /** BCP 47, in lower case: "es", "pt-br". Absent when the chart names the language by a code of its own. */
  readonly code?: string;
  /** The chart's name for the language. */
  readonly name: string;
}

/**
 * What of a sign-in was not as it must be, as far as it says where to look: the token's times; its issuer; for whom it was
 * made; by whose key it was signed; for which sign-in it is; who it says has signed in; or the form of an answer.
 */
export type SignInCheck = "times" | "issuer" | "audience" | "signature" | "nonce" | "person" | "answer";

export type EhrProblem =
  /** The person may not sign in; `help` is an address of the chart system's own. */
  | { readonly kind: "sign-in-refused"; readonly help?: string }
  /**
   * The connector itself is not accepted: its client id, key, secret, scopes or addresses. `code` is an OAuth error code, or
   * "other".
   */
  | { readonly kind: "registration-refused"; readonly help?: string; readonly code: string }
  /** The sign-in's code was not accepted: it came too late, was used before, or is for another redirect URI. */
  | { readonly kind: "code-refused"; readonly help?: string }
  /** `answered` is absent where no answer came, or not in time. */
  | { readonly kind: "sign-in-unavailable"; readonly answered?: Illness }
  /** An answer or an id_token failed a check. */
  | { readonly kind: "sign-in-unproven"; readonly check: SignInCheck }
  /** The clocks differ by this many minutes, which can explain the refusal. */
  | { readonly kind: "clocks-differ"; readonly minutes: number }
  /** A patient or a relative made the launch. */
  | { readonly kind: "not-staff" }
  | { readonly kind: "scopes-trimmed"; readonly missing: readonly string[] }
  | { readonly kind: "session-over" }
  /**
   * The chart system refuses the token that its own sign-in issued. `isPage`: a web page says so, which may be somebody's in
   * between, so a new token shows whether it is the token.
   */
  | { readonly kind: "token-refused"; readonly isPage?: true }
  | { readonly kind: "chart-refused" }
  /** `answered` is absent where no answer came, or not in time. */
  | { readonly kind: "chart-unavailable"; readonly answered?: Illness }
  /** The keys that sign id_tokens are published in a form that cannot be read, which does not pass by itself. */
  | { readonly kind: "keys-unreadable" }
  /**
   * The chart system answered with something that is not the FHIR resource that was asked for, or with
   * more than is read, which does not pass by itself. `instead`: what came was a redirect, which is not followed, or another
   * status than those of success, of refusal and of what passes, or the answer that it cannot show a record which lacks what
   * FHIR requires.
   */
  | { readonly kind: "chart-not-fhir"; readonly instead?: "redirect" | "status" | "record" };

/**
 * The chart system refused, did not answer, or gave an answer that proves nothing. The message is for the log, and holds no
 * content.
 */
export class EhrFault extends Error {
  override readonly name = "EhrFault";
  readonly problem: EhrProblem;
  constructor(problem: EhrProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}

/** Whether nothing more of the chart can be read with this token, so that the page as a whole has to give up. */
export function endsReading(error: unknown): boolean {
  if (!(error instanceof EhrFault)) return false;
  return error.problem.kind === "session-over" || error.problem.kind === "token-refused";
}
