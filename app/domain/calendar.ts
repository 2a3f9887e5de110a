/** One event as an iCalendar file (RFC 5545). It names the place and nobody who takes part. */

export interface CalendarEntry {
  readonly uid: string;
  readonly start: Date;
  readonly end: Date;
  readonly made: Date;
  readonly title: string;
  readonly text: string;
  readonly url: string;
  /** How often the event was changed before; left out, never. */
  readonly sequence?: number;
  /** Takes the event out of the calendar that has it; there is nothing to open then, and nothing to be reminded of (RFC 5546). */
  readonly isCancelled?: boolean;
}

export function calendarFile(entry: CalendarEntry): string {
  const { isCancelled = false, sequence = 0 } = entry;
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Video visits//EN",
    isCancelled ? "METHOD:CANCEL" : "METHOD:PUBLISH",
    "BEGIN:VEVENT",
    "UID:" + text(entry.uid),
    "DTSTAMP:" + utc(entry.made),
    "SEQUENCE:" + String(sequence),
    ...(isCancelled ? ["STATUS:CANCELLED"] : []),
    "DTSTART:" + utc(entry.start),
    "DTEND:" + utc(entry.end),
    "SUMMARY:" + text(entry.title),
    ...(isCancelled ? ["DESCRIPTION:" + text(entry.text)] : linkLines(entry)),
    "CLASS:PRIVATE",
    ...(isCancelled ? [] : alarmLines(entry)),
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return lines.map(folded).join("\r\n") + "\r\n";
}

const linkLines = (entry: CalendarEntry): readonly string[] => [
  "DESCRIPTION:" + text([entry.text, entry.url].join("\n")),
  "LOCATION:" + text(entry.url),
  "URL:" + entry.url,
];

const alarmLines = ({ title }: CalendarEntry): readonly string[] => [
  "BEGIN:VALARM",
  "ACTION:DISPLAY",
  "DESCRIPTION:" + text(title),
  "TRIGGER:-PT15M",
  "END:VALARM",
];

/** "20260804T193000Z" */
function utc(date: Date): string {
  return date.toISOString().replace(/[-:]|\.\d{3}/g, "");
}

/** Section 3.3.11: backslash, semicolon, comma and line breaks are escaped. */
function text(value: string): string {
  return value.replace(/[\\;,]/g, "\\$&").replace(/\r\n|\r|\n/g, "\\n");
}

/** Section 3.1: no line is longer than 75 octets; a continuation begins with a space, which counts. */
function folded(line: string): string {
  let folded = "";
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    const isFull = octets + size > 75;
    folded += (isFull ? "\r\n " : "") + character;
    octets = isFull ? 1 + size : octets + size;
  }
  return folded;
}
