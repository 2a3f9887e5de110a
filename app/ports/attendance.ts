/** Who was in a visit's meeting, as Teams says it afterwards: without who waited, and when. */
import type { Look } from "../domain/presence.ts";

export interface Attendance {
  /**
   * One report for each time that the meeting went on until nobody was in it; none as long as somebody is, or where Teams
   * does not make them. Nothing of a person's is in them but ids, which are hashed before anything is kept.
   * @throws AttendanceFault
   */
  reportsOf(meeting: {
    readonly organizer: string;
    readonly id: string;
  }): Promise<readonly AttendanceReport[]>;
}

export interface AttendanceReport {
  readonly id: string;
  readonly people: readonly {
    /** What Teams calls somebody in this report. */
    readonly id: string;
    readonly look: Look;
    /** Object id of an account of the hospital's directory. */
    readonly account?: string;
    readonly stays: readonly { readonly from: Date; readonly to: Date }[];
  }[];
}

/** Why there is no answer. `refused`: such as without consent to the permission, or without the access policy. */
export class AttendanceFault extends Error {
  override readonly name = "AttendanceFault";
  readonly reason: "unavailable" | "refused";
  constructor(reason: AttendanceFault["reason"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
