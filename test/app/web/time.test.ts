/** Times as people read them. */
import { expect, test } from "vitest";
import * as time from "../../../app/web/time.ts";

const AUGUST = new Date("2026-08-04T19:30:00Z");
const JANUARY = new Date("2027-01-12T20:30:00Z");
const CHICAGO = "America/Chicago";
/** A text with plain spaces: formatters write a no-break space before AM and PM. */
const plain = (text: string) => text.replace(/\s/g, " ");

// This test comes first, so that later ones do not depend on what it makes the process remember.
test("zones stay right when more of them are asked for than are remembered", () => {
  const hours = Array.from({ length: 1_100 }, (_, index) => new Date(AUGUST.getTime() + index * 3_600_000));
  for (const hour of [...hours, ...hours.slice(0, 5)])
    expect(plain(time.formatSpokenClock(hour, "Pacific/Honolulu"))).toMatch(/ Hawaii \(HST\)$/);
});

test.each([
  [time.formatTime(AUGUST, CHICAGO), "Tuesday, August 4, 2026, 2:30 PM Central Daylight Time"],
  [time.formatDay(AUGUST, CHICAGO), "Tuesday, August 4, 2026"],
  [time.formatDay(AUGUST, CHICAGO, "es"), "martes, 4 de agosto de 2026"],
  [time.formatClock(AUGUST, CHICAGO), "2:30 PM Central Daylight Time"],
  [time.formatClock(AUGUST, CHICAGO, "es"), "2:30 p.m. hora de verano central"],
  [time.formatShortClock(AUGUST, CHICAGO), "2:30 PM"],
  [time.formatShortClock(AUGUST, CHICAGO, "es"), "2:30 p.m."],
  [time.formatWeekday(AUGUST, CHICAGO), "Tuesday"],
  [time.formatWeekday(AUGUST, CHICAGO, "es"), "martes"],
  [time.formatNearDay(AUGUST, CHICAGO, new Date("2026-02-01T12:00:00Z")), "Tuesday, August 4"],
  [time.formatNearDay(AUGUST, CHICAGO, AUGUST, "es"), "Martes, 4 de agosto"],
  [time.formatNearDay(AUGUST, CHICAGO, JANUARY), "Tuesday, August 4, 2026"],
  [time.formatTime(AUGUST, CHICAGO, "es"), "martes, 4 de agosto de 2026, 2:30 p.m. hora de verano central"],
  [time.formatCalendarDay("1980-02-29", "es") ?? "", "29 de febrero de 1980"],
  [time.formatCalendarDay("1980-02-29") ?? "", "February 29, 1980"],
  [time.formatCalendarDay("1980-01-01") ?? "", "January 1, 1980"],
])("%s", (text, words) => {
  expect(plain(text)).toBe(words);
});

test.each([
  // Midnight of New Year is another moment in every zone.
  ["2027-01-01T05:59:00Z", CHICAGO, "Thursday, December 31"],
  ["2027-01-01T06:00:00Z", CHICAGO, "Friday, January 1, 2027"],
  ["2026-12-31T15:00:00Z", "Asia/Tokyo", "Friday, January 1, 2027"],
  ["2026-12-31T14:59:00Z", "Asia/Tokyo", "Thursday, December 31"],
])("in December 2026 the day of %s in %s is %s", (moment, zone, words) => {
  expect(time.formatNearDay(new Date(moment), zone, new Date("2026-12-15T12:00:00Z"))).toBe(words);
});

test.each([
  [AUGUST, CHICAGO, "2:30 PM Central (CDT)", "2:30 p.m., hora del Centro (CDT)"],
  [JANUARY, CHICAGO, "2:30 PM Central (CST)", "2:30 p.m., hora del Centro (CST)"],
  [AUGUST, "America/New_York", "3:30 PM Eastern (EDT)", "3:30 p.m., hora del Este (EDT)"],
  [AUGUST, "America/Denver", "1:30 PM Mountain (MDT)", "1:30 p.m., hora de la Montaña (MDT)"],
  [AUGUST, "America/Phoenix", "12:30 PM Mountain (MST)", "12:30 p.m., hora de la Montaña (MST)"],
  [AUGUST, "America/Los_Angeles", "12:30 PM Pacific (PDT)", "12:30 p.m., hora del Pacífico (PDT)"],
  [AUGUST, "America/Anchorage", "11:30 AM Alaska (AKDT)", "11:30 a.m., hora de Alaska (AKDT)"],
  [AUGUST, "Pacific/Honolulu", "9:30 AM Hawaii (HST)", "9:30 a.m., hora de Hawái (HST)"],
  [AUGUST, "America/Puerto_Rico", "3:30 PM Atlantic (AST)", "3:30 p.m., hora del Atlántico (AST)"],
  [AUGUST, "UTC", "7:30 PM UTC", "7:30 p.m., UTC"],
] as const)("%s in %s is said as %s", (moment, zone, english, spanish) => {
  expect(plain(time.formatSpokenClock(moment, zone))).toBe(english);
  expect(plain(time.formatSpokenClock(moment, zone, "es"))).toBe(spanish);
});

test("a zone of another country has its longer name", () => {
  expect(plain(time.formatSpokenClock(AUGUST, "Europe/Berlin"))).toMatch(
    /^9:30 PM Central European (Standard )?Time \(GMT\+2\)$/,
  );
});

test("a zone is said anew once its clock was put forward", () => {
  const before = new Date("2026-03-08T07:59:00Z");
  expect(plain(time.formatSpokenClock(before, CHICAGO))).toBe("1:59 AM Central (CST)");
  expect(plain(time.formatSpokenClock(new Date(before.getTime() + 60_000), CHICAGO))).toBe(
    "3:00 AM Central (CDT)",
  );
});

test.each([
  "1981-02-29",
  "1980-13-01",
  "1980-2-9",
  "x1980-02-29",
  "1980-02-29T00:00",
  "29.02.1980",
  "",
  "0000-00-00",
])("%s is no day", (text) => {
  expect(time.formatCalendarDay(text)).toBeUndefined();
});

test.each([
  ["2026-08-04T19:30:00Z", "2026-08-04T20:00:00Z", "2:30"],
  ["2026-08-04T16:30:00Z", "2026-08-04T17:00:00Z", "11:30 AM"],
  ["2026-08-04T17:30:00Z", "2026-08-05T04:00:00Z", "12:30"],
  ["2026-08-05T04:30:00Z", "2026-08-05T05:30:00Z", "11:30 PM"],
])("the clock at %s before %s is %s: its half of the day is said once", (date, later, words) => {
  expect(plain(time.formatClockBefore(new Date(date), new Date(later), CHICAGO))).toBe(words);
});

test.each([
  ["2026-12-31T06:00:00Z", "Thursday, December 31"],
  ["2027-01-01T12:00:00Z", "Friday, January 1, 2027"],
  ["2027-01-02T01:00:00Z", "Friday, January 1, 2027"],
  ["2027-01-31T12:00:00Z", "Sunday, January 31, 2027"],
  ["2026-12-01T12:00:00Z", "Tuesday, December 1"],
  ["2025-12-31T12:00:00Z", "Wednesday, December 31, 2025"],
])("in December 2026 the day of %s in Chicago is %s", (moment, words) => {
  expect(time.formatNearDay(new Date(moment), CHICAGO, new Date("2026-12-15T12:00:00Z"))).toBe(words);
});
