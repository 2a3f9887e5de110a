/** One event as an iCalendar file (RFC 5545). It names the location, but nobody who takes part. */
import {
  ICalAlarmType,
  ICalCalendar,
  ICalCalendarMethod,
  ICalEventClass,
  ICalEventStatus,
} from "ical-generator";
import type { Person } from "./visit.ts";

export interface CalendarEntry {
  readonly uid: string;
  readonly start: Date;
  readonly end: Date;
  /** A calendar takes the file that was made last, whichever way it came. */
  readonly made: Date;
  readonly title: string;
  readonly text: string;
  readonly url: string;
  /** Takes the event out of a calendar that has it; such an event has no link to open and no reminder (RFC 5546). */
  readonly isCancelled?: boolean;
}

const REMIND_SECONDS = 15 * 60;

/**
 * The sequence is the number of seconds since this moment: it rises with a visit that was moved and with a link that was
 * replaced, without anybody having to know how often that was, and stays within iCalendar's integers until 2088 (RFC 5545,
 * sections 3.3.8 and 3.8.7.4).
 */
const COUNTED_FROM_MS = Date.UTC(2020, 0, 1);

/**
 * Names the event in the calendars of one person of the visit: a family may have one calendar, and each person's entry has
 * their own link. The patient's name is the visit's, whichever number their link has by now.
 */
export const entryUid = (
  visit: string,
  { number, role }: Pick<Person, "number" | "role">,
  publicUrl: string,
): string => visit + (role === "patient" ? "" : "-" + String(number)) + "@" + new URL(publicUrl).hostname;

/** Times are UTC, so that no phone can misread them. */
export function calendarFile(entry: CalendarEntry): string {
  const { isCancelled = false, uid, start, end, made, title, text, url } = entry;
  const calendar = new ICalCalendar({
    prodId: "//Video visits//EN",
    method: isCancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.PUBLISH,
  });
  const event = calendar.createEvent({
    id: uid,
    stamp: made,
    sequence: Math.max(0, Math.floor((made.getTime() - COUNTED_FROM_MS) / 1000)),
    start,
    end,
    summary: title,
    description: isCancelled ? text : [text, url].join("\n"),
    class: ICalEventClass.PRIVATE,
  });
  if (isCancelled) event.status(ICalEventStatus.CANCELLED);
  else {
    event.location(url).url(url);
    event.createAlarm({ type: ICalAlarmType.display, trigger: REMIND_SECONDS, description: title });
  }
  // The library leaves out the line break after the last line, which RFC 5545 section 3.1 asks for.
  return calendar.toString() + "\r\n";
}
