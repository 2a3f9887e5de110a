/** Teams meetings. The organizer is the department's account, and nothing here names a patient or a clinician. */
import type { Department } from "../domain/hospital.ts";
import type { Illness } from "../domain/illness.ts";

export interface Meetings {
  /**
   * Opens the one meeting of a visit, or finds it again: the same `visitId` (and {@link MeetingRequest.again}) under the same
   * organizer always gives the same meeting. Afterwards the meeting's rules are in force: staff enter without waiting and admit others; everybody else waits
   * in the lobby, callers by phone too; chat works only while the meeting runs. A meeting's times do not decide who may
   * enter, so a meeting that does not accept new times is still returned, with {@link Meeting.behind}.
   * @throws MeetingsFault
   */
  open(request: MeetingRequest): Promise<Meeting>;
  /**
   * Changes the meeting's start and end; repeating it with the same times is harmless.
   * @throws MeetingsFault
   */
  move(meeting: { readonly organizer: string; readonly id: string }, times: MeetingTimes): Promise<Moved>;
  /**
   * Closes the meeting because its visit is over. Newcomers wait in the lobby for the organizer, as whom nobody signs in,
   * and nobody can write in its chat. People who are in it stay, because Graph ends no meeting. `open` undoes this, and
   * repeating it is harmless.
   * @throws MeetingsFault
   */
  close(meeting: { readonly organizer: string; readonly id: string }): Promise<void>;
  /**
   * Compares a meeting that was opened with what was asked for, and changes nothing.
   * @throws MeetingsFault
   */
  look(meeting: MeetingToLookAt): Promise<MeetingLook>;
}

/**
 * `other`: it shows other times or another lobby than were asked for, and `open` puts it right; what it does not show counts as
 * it should be. `gone`: Teams has no such meeting any more. Whoever is in a meeting that was deleted may stay
 * in it, and its old address may still lead there.
 */
export type MeetingLook = "as-asked" | "other" | "gone";

export interface MeetingToLookAt extends MeetingTimes {
  readonly organizer: string;
  readonly id: string;
  readonly lobby: Department["lobby"];
}

/**
 * `running`: Teams accepts no other times as long as somebody is in the meeting. The meeting keeps its times, can be entered
 * as before, and can be moved later.
 */
export type Moved = "moved" | "running";

export interface MeetingTimes {
  readonly start: Date;
  readonly end: Date;
}

export interface MeetingRequest extends MeetingTimes {
  readonly visitId: string;
  /**
   * How often the visit's meeting was made anew because it was gone; absent where it never was. For each number there is one
   * meeting, so that a meeting is made anew although Teams may remember the one that was deleted.
   */
  readonly again?: number;
  /** Object id of the organizer's account. */
  readonly organizer: string;
  readonly lobby: Department["lobby"];
}

export interface Meeting {
  readonly id: string;
  readonly joinUrl: string;
  /** Why the meeting has other times than were asked for, where it has. */
  readonly behind?: "running" | MeetingsFault;
}

/**
 * Why Teams gave no meeting, or did not change it. `access-policy`: the tenant has not allowed the connector to act for the
 * organizer. `not-taken`: Teams accepts no other times, and does not say whether that is because somebody is in the meeting.
 */
export class MeetingsFault extends Error {
  override readonly name = "MeetingsFault";
  readonly reason: "access-policy" | "unavailable" | "refused" | "not-taken";
  /** What Teams answered where it is unavailable; undefined where no answer came, or not in time. */
  readonly answered: Illness | undefined;
  constructor(
    reason: MeetingsFault["reason"],
    message: string,
    { answered, ...options }: ErrorOptions & { answered?: Illness | undefined } = {},
  ) {
    super(message, options);
    this.reason = reason;
    this.answered = answered;
  }
}
