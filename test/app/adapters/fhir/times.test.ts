import { describe, expect, test } from "vitest";
import { isOver, readDate, readTime } from "../../../../app/adapters/fhir/times.ts";

describe("a time of day", () => {
  test.each([
    ["2027-01-12T15:00:00Z", "2027-01-12T15:00:00Z"],
    ["2027-01-12t15:00:00z", "2027-01-12T15:00:00Z"],
    ["2027-01-12 15:00:00 Z", "2027-01-12T15:00:00Z"],
    [" 2027-01-12T15:00:00Z ", "2027-01-12T15:00:00Z"],
    ["2027-01-12T15:00Z", "2027-01-12T15:00:00Z"],
    ["2027-01-12T15:00:30.1234567Z", "2027-01-12T15:00:30Z"],
    ["2027-01-12T15:00:30,5Z", "2027-01-12T15:00:30Z"],
    ["2027-01-12T09:00:00-06:00", "2027-01-12T15:00:00Z"],
    ["2027-01-12T09:00:00-0600", "2027-01-12T15:00:00Z"],
    ["2027-01-12T09:00:00-06", "2027-01-12T15:00:00Z"],
    ["2027-01-12T20:30:00+05:30", "2027-01-12T15:00:00Z"],
    ["2027-01-13T05:00:00+14:00", "2027-01-12T15:00:00Z"],
    ["2027-01-12T23:59:60Z", "2027-01-13T00:00:00Z"],
    ["2027-01-12T24:00:00Z", "2027-01-13T00:00:00Z"],
    ["2028-02-29T00:00:00Z", "2028-02-29T00:00:00Z"],
  ])("%s is the moment %s", (text, moment) => {
    expect(readTime(text)).toEqual({ at: new Date(moment), clock: "instant" });
  });

  test("without a zone is what a clock on the wall shows", () => {
    expect(readTime("2027-01-12T15:00:05")).toEqual({ at: new Date("2027-01-12T15:00:05Z"), clock: "wall" });
  });

  test.each([
    undefined,
    "",
    "2027-01-12",
    "15:00:00Z",
    "at 2027-01-12T15:00:00Z",
    "2027-01-12T15:00:00Z or later",
    "2027-01-12T25:00:00Z",
    "2027-01-12T24:01:00Z",
    "2027-01-12T24:00:01Z",
    "2027-01-12T15:60:00Z",
    "2027-01-12T15:00:61Z",
    "2027-02-29T15:00:00Z",
    "2027-13-01T15:00:00Z",
    "2027-00-10T15:00:00Z",
    "2027-01-00T15:00:00Z",
    "0000-01-12T15:00:00Z",
    "2027-01-12T15:00:00+14:01",
    "2027-01-12T15:00:00-15:00",
    "2027-01-12T15:00:00+05:60",
    "2027-01-12T15:00:00.Z",
    "2027-1-12T15:00:00Z",
  ])("is none: %s", (text) => {
    expect(readTime(text)).toBeUndefined();
  });
});

test.each([
  ["2027", "2027"],
  ["2027-01", "2027-01"],
  [" 2027-01-12 ", "2027-01-12"],
  ["2027-02-29", undefined],
  ["2027-13", undefined],
  ["0000", undefined],
  ["2027-1", undefined],
  ["about 2027", undefined],
  ["2027-01-12T15:00:00Z", undefined],
  ["", undefined],
  [undefined, undefined],
])("the date %s is read as %s", (text, date) => {
  expect(readDate(text)).toBe(date);
});

test.each([
  [undefined, false],
  ["2027-01-12T15:00:00Z", true],
  ["2027-01-12T15:00:01Z", false],
  ["2027-01-11", true],
  ["2027-01-12", false],
  ["2026-12", true],
  ["2027-01", false],
  ["2026", true],
  ["2027", false],
  ["some day", true],
  ["2027-01-12T03:00:00", true],
  ["2027-01-12T03:00:01", false],
])("a period that ends %s is over on January 12 at three: %s", (end, over) => {
  expect(isOver(end, new Date("2027-01-12T15:00:00Z"))).toBe(over);
});

test.each([
  ["2027-01-11", "2027-01-12T00:30:00Z", false],
  ["2027-01-11", "2027-01-12T11:59:00Z", false],
  ["2027-01-11", "2027-01-12T12:00:00Z", true],
  ["2026-12", "2027-01-01T01:00:00Z", false],
  ["2026", "2027-01-01T01:00:00Z", false],
])(
  "a period that ends %s lasts until that day is over everywhere: at %s it is over: %s",
  (end, now, over) => {
    expect(isOver(end, new Date(now))).toBe(over);
  },
);
