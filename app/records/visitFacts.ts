/** The facts from which visits are opened, and what their records are made with. */
import type { Department } from "../domain/hospital.ts";
import type { KnownVisit } from "../domain/visit.ts";
import type { Keyring } from "../ports/keyring.ts";
import type { Meetings } from "../ports/meetings.ts";
import type { Store } from "../ports/store.ts";
import type { Log, Outages } from "../log.ts";
import type { Hospital } from "./hospital.ts";

interface VisitFacts {
  readonly connectionId: string;
  readonly department: Department;
  readonly start: Date;
  readonly end: Date;
}

export interface AppointmentFacts extends VisitFacts {
  readonly appointmentId: string;
  /** Absent where the caller cannot tell; then nothing is concluded about the links. */
  readonly patients?: NamedPatients;
  /** The chart does not say that the visit takes place; then a visit that was cancelled stays so. */
  readonly mayBeOff?: boolean;
  /**
   * The visit as it was known before the chart was read, undefined where it was not. Where others have changed it since, what
   * was read may be older than that, and nothing is changed by it. Left out, it is changed in any case.
   */
  readonly before?: { readonly visit: KnownVisit | undefined };
}

export interface ConsultFacts extends VisitFacts {
  readonly key: string;
}

/** The patients that an appointment belongs to. */
export interface NamedPatients {
  /**
   * The ids by which the appointment names its patients, or the id of the chart's own patient where it names them only in
   * words.
   */
  readonly ids: readonly string[];
  /** Present where the appointment names nobody but in words. */
  readonly areInWords?: true;
  /**
   * Every id that the chart is known to have for the same patient, because records get combined. Called only where ids
   * differ.
   */
  readonly namesOf: (id: string) => Promise<readonly string[]>;
}

export interface VisitsDeps {
  readonly store: Store;
  readonly meetings: Meetings;
  readonly keyring: Keyring;
  readonly hospital: Hospital;
  readonly log: Log;
  /** Logs that Teams does not take a change. */
  readonly away: Outages;
  readonly now: () => Date;
  /** A random whole number from 0 to {@link LAST_EPOCH}. */
  readonly newEpoch: () => number;
}
