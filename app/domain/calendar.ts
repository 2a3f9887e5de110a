/** One event as an iCalendar file (RFC 5545). It names the location, but nobody who takes part. */
import {
  ICalAlarmType,
  ICalCalendar,
  ICalCalendarMethod,
  ICalEventClass,
  ICalEventStatus,
} from "ical-generator";

export interface CalendarEntry {
  readonly uid: string;
  readonly start: Date;
  readonly end: Date;
  readonly made: Date;
  readonly title: string;
  readonly text: string;
  readonly url: string;
  /** How often the event was changed before; 0 if left out. */
  readonly sequence?: number;
  /** Takes the event out of a calendar that has it; such an event has no link to open and no reminder (RFC 5546). */
  readonly isCancelled?: boolean;
}

const REMIND_SECONDS = 15 * 60;

/** Times are UTC, so that no phone can misread them. */
export function calendarFile(entry: CalendarEntry): string {
  const { isCancelled = false, sequence = 0, uid, start, end, made, title, text, url } = entry;
  const calendar = new ICalCalendar({
    prodId: "//Video visits//EN",
    method: isCancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.PUBLISH,
  });
  const event = calendar.createEvent({
    id: uid,
    stamp: made,
    sequence,
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
