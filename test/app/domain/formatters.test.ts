import { expect, test } from "vitest";
import { dayAfter, dayIn } from "../../../app/domain/day.ts";
import {
  choiceFormat,
  isTimeZone,
  languageName,
  languageTag,
  momentFormat,
} from "../../../app/domain/formatters.ts";
import { formatCalendarDay, formatTime } from "../../../app/web/time.ts";

const MOMENT = new Date("2026-08-04T19:30:05Z");

test("a formatter is made once for a locale, a zone and a style", () => {
  const first = momentFormat("en-US", "America/Chicago", "clock");
  expect(momentFormat("en-US", "America/Chicago", "clock")).toBe(first);
  expect(choiceFormat("es")).toBe(choiceFormat("es"));
  expect(choiceFormat("en")).not.toBe(choiceFormat("es"));
  for (const [locale, zone, style] of [
    ["es-US", "America/Chicago", "clock"],
    ["en-US", "America/Denver", "clock"],
    ["en-US", "America/Chicago", "whole day"],
  ] as const)
    expect(momentFormat(locale, zone, style)).not.toBe(first);
});

test("whatever is asked for, no more formatters are kept than a hospital needs, and the rest are right all the same", () => {
  // Nobody else in this process asks for it.
  const locale = "en-NZ";
  const first = momentFormat(locale, "Etc/GMT+1", "clock");
  const zones = Intl.supportedValuesOf("timeZone").slice(0, 300);
  const made = zones.map((zone) => momentFormat(locale, zone, "clock"));
  for (const one of made) expect(one.format(MOMENT)).toMatch(/^\d+:\d\d/);
  const isKept = (last: number) => momentFormat(locale, zones.at(-last) ?? "", "clock") === made.at(-last);
  expect([1, 100, 200, 201].map(isKept)).toEqual([true, true, true, false]);
  expect(momentFormat(locale, "Etc/GMT+1", "clock")).not.toBe(first);
});

test.each([
  ["en", "Tuesday, August 4, 2026, 2:30 PM Central Daylight Time"],
  ["es", "martes, 4 de agosto de 2026, 2:30 p.m. hora de verano central"],
] as const)("a moment in words (%s)", (language, words) => {
  expect(formatTime(MOMENT, "America/Chicago", language).replace(/\s/g, " ")).toBe(words);
});

test.each([
  ["1980-02-29", "February 29, 1980"],
  ["2026-12-01", "December 1, 2026"],
  ["1980-02", undefined],
  ["1980", undefined],
  ["1981-02-29", undefined],
  ["1980-13-45", undefined],
  ["born 1980-02-29", undefined],
  ["1980-02-29T00:00", undefined],
])("a calendar day %s in words is %s", (day, words) => {
  expect(formatCalendarDay(day)).toBe(words);
});

test("one of several, in words", () => {
  expect(choiceFormat("en").format(["Safari", "Chrome", "Edge"])).toBe("Safari, Chrome, or Edge");
  expect(choiceFormat("es").format(["Safari", "Chrome"])).toBe("Safari o Chrome");
});

test("a day begins at midnight of its zone", () => {
  const moment = new Date("2026-08-05T04:59:59Z");
  expect(dayIn("America/Chicago", moment)).toBe("2026-08-04");
  expect(dayIn("America/Chicago", new Date(moment.getTime() + 1000))).toBe("2026-08-05");
  expect(dayIn("UTC", moment)).toBe("2026-08-05");
});

test.each([
  ["2026-08-05T04:59:59Z", "2026-08-05"],
  ["2026-08-05T05:00:00Z", "2026-08-06"],
  ["2026-12-31T12:00:00Z", "2027-01-01"],
  ["2028-02-28T12:00:00Z", "2028-02-29"],
  // Days of 25 and of 23 hours.
  ["2026-11-01T05:30:00Z", "2026-11-02"],
  ["2026-03-08T05:30:00Z", "2026-03-08"],
])("the day after that of %s in Chicago is %s", (moment, day) => {
  expect(dayAfter("America/Chicago", new Date(moment))).toBe(day);
});

test.each([
  ["America/Chicago", true],
  ["UTC", true],
  ["Chicago", false],
  ["", false],
])("%j is a time zone: %s", (name, is) => {
  expect(isTimeZone(name)).toBe(is);
});

test("a language has one tag, the shortest, and what is no tag has none", () => {
  expect(["spa", "ES-mx", "eng", "hmn", "es_US"].map(languageTag)).toEqual([
    "es",
    "es-mx",
    "en",
    "hmn",
    undefined,
  ]);
});

test("a language is named in English by its tag, and what is no tag has no name", () => {
  expect([languageName("es"), languageName("es-MX"), languageName("no tag")]).toEqual([
    "Spanish",
    "Mexican Spanish",
    undefined,
  ]);
});
