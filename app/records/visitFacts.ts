/** What visits are opened from, and what their records are made with. */
import type { Department } from "../domain/hospital.ts";
import type { Keyring } from "../ports/keyring.ts";
import type { Meetings } from "../ports/meetings.ts";
import type { Store } from "../ports/store.ts";
import type { Log } from "../log.ts";
import type { Hospital } from "./hospital.ts";

interface VisitFacts {
  readonly connectionId: string;
  readonly department: Department;
  readonly start: Date;
  readonly end: Date;
}

export interface AppointmentFacts extends VisitFacts {
  readonly appointmentId: string;
  /** Absent where whoever looks cannot tell; then it says nothing about the links. */
  readonly patients?: NamedPatients;
}

export interface ConsultFacts extends VisitFacts {
  readonly key: string;
}

/** Whose an appointment is. */
export interface NamedPatients {
  /** The ids by which it names its patients, or that of the chart's own patient where it names them by words only. */
  readonly ids: readonly string[];
  /** Every id that the chart has for the same patient, as far as it says: records get combined. Asked where ids differ. */
  readonly namesOf: (id: string) => Promise<readonly string[]>;
}

export interface VisitsDeps {
  readonly store: Store;
  readonly meetings: Meetings;
  readonly keyring: Keyring;
  readonly hospital: Hospital;
  readonly log: Log;
  readonly now: () => Date;
  /** A whole number from 0 to {@link LAST_EPOCH}, at random. */
  readonly newEpoch: () => number;
}
