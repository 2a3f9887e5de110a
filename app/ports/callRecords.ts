/**
 * Teams' records of calls. The permission to read them covers every call of the tenant, so of calls that are not a visit's
 * nothing is asked but when they were and in which meeting.
 */
import type { Quality } from "../domain/callQuality.ts";

export interface CallRecord {
  readonly id: string;
  /** Grows when Teams adds something to the record. */
  readonly version: number;
  /** When the first one came, and when the last one left. */
  readonly from: Date;
  readonly to: Date;
  /** The address of the call's meeting. */
  readonly joinUrl: string;
}

export interface CallRecords {
  /**
   * The calls in meetings that began in a time, a page at a time. A record exists some time after its call, 150 minutes at
   * the latest, and for 30 days.
   * @throws CallRecordsFault
   */
  begunIn(from: Date, before: Date): AsyncIterable<readonly CallRecord[]>;
  /**
   * How good a call was. What else the record says, of devices, networks and names, is read over and forgotten at once.
   * Undefined where the record is gone.
   * @throws CallRecordsFault
   */
  qualityOf(id: string): Promise<Quality | undefined>;
}

/** Why there are no records. `refused`, for example: nobody has consented to the permission. */
export class CallRecordsFault extends Error {
  override readonly name = "CallRecordsFault";
  readonly reason: "unavailable" | "refused";
  constructor(reason: CallRecordsFault["reason"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
