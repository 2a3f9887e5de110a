/** How near a visit is, in the words that people use: a clinician wants to know it first. */
import { dayAfter, dayIn } from "../../domain/day.ts";
import { formatClockBefore, formatNearDay, formatShortClock, formatSpokenClock } from "../../web/time.ts";

interface Times {
  readonly start: Date;
  readonly end: Date;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** "Starts in 12 min", "Tomorrow", "Started 5 min ago", "Ended 2 h ago". */
export function nearness({ start, end }: Times, zone: string, now: Date): string {
  const toStart = start.getTime() - now.getTime();
  const sinceEnd = now.getTime() - end.getTime();
  if (toStart > 0) {
    if (dayIn(zone, start) === dayIn(zone, now) || toStart < 2 * 60 * MINUTE_MS)
      return "Starts in " + span(toStart, "up");
    return isTomorrow(start, zone, now) ? "Tomorrow" : formatNearDay(start, zone, now);
  }
  if (sinceEnd <= 0)
    return toStart > -MINUTE_MS ? "Starts now" : "Started " + span(-toStart, "down") + " ago";
  if (sinceEnd < DAY_MS) return "Ended " + span(sinceEnd, "down") + " ago";
  return "Ended on " + formatNearDay(end, zone, now);
}

/** "tomorrow, 3:50 AM Central (CST)": the start of a visit on a later day than today. */
export function spokenStart(start: Date, zone: string, now: Date): string {
  const day = isTomorrow(start, zone, now) ? "tomorrow" : formatNearDay(start, zone, now);
  return day + ", " + formatSpokenClock(start, zone);
}

const isTomorrow = (date: Date, zone: string, now: Date): boolean =>
  dayIn(zone, date) === dayAfter(zone, now);

/** "3:50 – 4:20 AM Central (CST)", the day in front where it is not today. */
export function spokenTimes({ start, end }: Times, zone: string, now: Date): string {
  const day = dayUnlessToday(start, zone, now);
  if (start.getTime() === end.getTime()) return day + formatSpokenClock(start, zone);
  return `${day}${formatClockBefore(start, end, zone)} – ${formatSpokenClock(end, zone)}`;
}

/** "3:50 AM", the day in front where it is not today. */
export const shortMoment = (date: Date, zone: string, now: Date): string =>
  dayUnlessToday(date, zone, now) + formatShortClock(date, zone);

const dayUnlessToday = (date: Date, zone: string, now: Date): string =>
  dayIn(zone, date) === dayIn(zone, now) ? "" : formatNearDay(date, zone, now) + ", ";

/** A length of time in hours and minutes: `up` rounds a part of a minute up, `down` rounds it down. */
function span(milliseconds: number, towards: "up" | "down"): string {
  const minutes = Math.max(1, Math[towards === "up" ? "ceil" : "floor"](milliseconds / MINUTE_MS));
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours === 0) return `${String(minutes)} min`;
  return rest === 0 ? `${String(hours)} h` : `${String(hours)} h ${String(rest)} min`;
}
