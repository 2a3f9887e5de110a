/** Who was in a visit's meeting, as Teams reports it afterwards. The reports do not say who waited, or when. */
import type { Look } from "../domain/presence.ts";

export interface Attendance {
  /**
   * One report for each session of the meeting, from the first person's arrival until nobody is in it any more. There is
   * none while somebody is in it, or where Teams makes no reports. The only personal data in a report are ids, which are
   * hashed before anything is kept. A report that is listed and cannot be read hinders no other,
   * except where Teams asks to come back later: then those after it are not asked for, and have the same fault.
   * @throws AttendanceFault where the reports cannot be listed, or none of them can be read
   */
  reportsOf(meeting: {
    readonly organizer: string;
    readonly id: string;
  }): Promise<readonly AttendanceReport[]>;
}

export interface AttendanceReport {
  readonly id: string;
  /** Why this one could not be read; nobody is in it then. */
  readonly fault?: AttendanceFault;
  readonly people: readonly {
    /** Teams' id for the person in this report. */
    readonly id: string;
    readonly look: Look;
    /** Object id of the person's account in the hospital's directory. */
    readonly account?: string;
    readonly stays: readonly { readonly from: Date; readonly to: Date }[];
  }[];
}

/**
 * Why there are no reports. `refused`, for example: nobody has consented to the permission, or the access policy is missing.
 */
export class AttendanceFault extends Error {
  override readonly name = "AttendanceFault";
  readonly reason: "unavailable" | "refused";
  constructor(reason: AttendanceFault["reason"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
