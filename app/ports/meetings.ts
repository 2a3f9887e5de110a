import type { Department } from "../domain/hospital.ts";

/** Teams meetings. The organizer is the department's account; nothing here names a patient or a clinician. */
export interface Meetings {
  /**
   * Opens the one meeting of a visit, or finds it again: the same `visitId` under the same organizer is the same meeting,
   * however often it is asked. Afterwards the meeting's rules hold: staff enter by themselves and admit, everybody
   * else waits, dial-in too; chat only while the meeting runs. Times decide nothing about who may enter: a meeting that
   * does not take them is answered with {@link Meeting.behind}.
   * @throws MeetingsFault
   */
  open(request: MeetingRequest): Promise<Meeting>;
  /**
   * Moves the meeting's start and end; asked again with the same times, it does no harm.
   * @throws MeetingsFault
   */
  move(meeting: { readonly organizer: string; readonly id: string }, times: MeetingTimes): Promise<Moved>;
  /**
   * The meeting's visit is over: whoever comes waits for the organizer, who is nobody, and nobody writes in its chat.
   * Whoever is in stays, since Graph ends no meeting. `open` undoes it. Asked again, it does no harm. @throws MeetingsFault
   */
  close(meeting: { readonly organizer: string; readonly id: string }): Promise<void>;
}

/**
 * `running`: Teams takes no other times as long as somebody is in the meeting. It keeps the ones that it has, may be
 * entered as before, and can be moved later.
 */
export type Moved = "moved" | "running";

export interface MeetingTimes {
  readonly start: Date;
  readonly end: Date;
}

export interface MeetingRequest extends MeetingTimes {
  readonly visitId: string;
  /** Object id of the organizer's account. */
  readonly organizer: string;
  readonly lobby: Department["lobby"];
}

export interface Meeting {
  readonly id: string;
  readonly joinUrl: string;
  /** Why it keeps other times than were asked for, where it does. */
  readonly behind?: "running" | MeetingsFault;
}

/**
 * Why Teams gave no meeting, or did not move it. `access-policy`: the tenant has not allowed the connector to act for the
 * organizer. `not-taken`: it takes no other times, and does not say whether that is because somebody is in the meeting.
 */
export class MeetingsFault extends Error {
  override readonly name = "MeetingsFault";
  readonly reason: "access-policy" | "unavailable" | "refused" | "not-taken";
  constructor(reason: MeetingsFault["reason"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
