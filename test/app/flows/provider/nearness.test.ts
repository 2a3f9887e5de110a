import { expect, test } from "vitest";
import { messageToCopy } from "../../../../app/flows/provider/messageToCopy.ts";
import { nearness, shortMoment, spokenStart, spokenTimes } from "../../../../app/flows/provider/nearness.ts";

const ZONE = "America/Chicago";
/** In Chicago, six hours behind UTC then. */
const at = (local: string) => new Date(local + ":00-06:00");
const visit = { start: at("2026-12-01T09:45"), end: at("2026-12-01T10:15") };

test.each([
  ["2026-12-01T09:33", "Starts in 12 min"],
  ["2026-12-01T07:40", "Starts in 2 h 5 min"],
  ["2026-12-01T07:45", "Starts in 2 h"],
  ["2026-12-01T09:45", "Starts now"],
  ["2026-12-01T09:50", "Started 5 min ago"],
  ["2026-12-01T10:15", "Started 30 min ago"],
  ["2026-12-01T12:15", "Ended 2 h ago"],
  ["2026-11-30T20:00", "Tomorrow"],
  ["2026-11-28T20:00", "Tuesday, December 1"],
  ["2026-12-03T20:00", "Ended on Tuesday, December 1"],
])("at %s the visit of 9:45: %s", (now, words) => {
  expect(nearness(visit, ZONE, at(now))).toBe(words);
});

test.each([
  // A part of a minute counts as a whole one before the start, and as none afterwards.
  ["2026-12-01T09:44:59", "Starts in 1 min"],
  ["2026-12-01T09:43:59", "Starts in 2 min"],
  ["2026-12-01T09:45:59", "Starts now"],
  ["2026-12-01T09:46:00", "Started 1 min ago"],
  ["2026-12-01T09:47:59", "Started 2 min ago"],
  ["2026-12-01T10:15:01", "Ended 1 min ago"],
  ["2026-12-01T11:15:00", "Ended 1 h ago"],
  ["2026-12-02T10:14:59", "Ended 23 h 59 min ago"],
  ["2026-12-02T10:15:00", "Ended on Tuesday, December 1"],
  ["2026-12-01T00:00:00", "Starts in 9 h 45 min"],
  ["2026-11-30T23:59:59", "Tomorrow"],
])("to the second, at %s: %s", (now, words) => {
  expect(nearness(visit, ZONE, new Date(now + "-06:00"))).toBe(words);
});

test("a visit of the next day is told by its minutes within two hours, by its day before", () => {
  const early = { start: at("2026-12-02T01:00"), end: at("2026-12-02T01:30") };
  expect(nearness(early, ZONE, at("2026-12-01T23:00"))).toBe("Tomorrow");
  expect(nearness(early, ZONE, at("2026-12-01T23:01"))).toBe("Starts in 1 h 59 min");
});

test("a moment is told by its clock, with the day where it is not today's", () => {
  const said = (now: string) => shortMoment(visit.start, ZONE, at(now)).replace(/\u202f/g, " ");
  expect(said("2026-12-01T23:00")).toBe("9:45 AM");
  expect(said("2026-12-02T00:00")).toBe("Tuesday, December 1, 9:45 AM");
});

test.each([
  ["in the night of 25 hours", "2026-11-01T05:30:00Z", "2026-11-02T15:00:00Z"],
  ["before the day of 23 hours", "2026-03-08T05:30:00Z", "2026-03-08T15:00:00Z"],
])("a visit of the next day is tomorrow's %s, too", (_when, now, start) => {
  const next = { start: new Date(start), end: new Date(start) };
  expect(nearness(next, ZONE, new Date(now))).toBe("Tomorrow");
  expect(spokenStart(next.start, ZONE, new Date(now))).toMatch(/^tomorrow, /);
});

test("a visit just after midnight is told by its minutes, not as tomorrow's", () => {
  const late = { start: at("2026-12-02T00:10"), end: at("2026-12-02T00:40") };
  expect(nearness(late, ZONE, at("2026-12-01T23:50"))).toBe("Starts in 20 min");
});

test("the times say the zone once, the day where it is not today's, and no length where there is none", () => {
  const plain = (text: string) => text.replace(/\u202f/g, " ");
  expect(plain(spokenTimes(visit, ZONE, at("2026-12-01T08:00")))).toBe("9:45 – 10:15 AM Central (CST)");
  expect(plain(spokenTimes(visit, ZONE, at("2026-11-30T08:00")))).toBe(
    "Tuesday, December 1, 9:45 – 10:15 AM Central (CST)",
  );
  const noon = { start: at("2026-12-01T11:50"), end: at("2026-12-01T12:20") };
  expect(plain(spokenTimes(noon, ZONE, at("2026-12-01T08:00")))).toBe("11:50 AM – 12:20 PM Central (CST)");
  expect(plain(spokenTimes({ ...visit, end: visit.start }, ZONE, at("2026-12-01T08:00")))).toBe(
    "9:45 AM Central (CST)",
  );
});

test("the next visit is told by its day, tomorrow by that word", () => {
  const plain = (now: string) => spokenStart(visit.start, ZONE, at(now)).replace(/\u202f/g, " ");
  expect(plain("2026-11-30T20:00")).toBe("tomorrow, 9:45 AM Central (CST)");
  expect(plain("2026-11-29T23:00")).toBe("Tuesday, December 1, 9:45 AM Central (CST)");
});

test.each([
  ["2026-12-01T19:10:00Z", "es", "a la 1:10 p.m., hora del Centro (CST)."],
  ["2026-12-01T19:10:00Z", "es", "su consulta por video es el martes, 1 de diciembre, a la 1:10"],
  ["2026-12-01T17:10:00Z", "es", "a las 11:10 a.m., hora del Centro (CST)."],
  ["2026-12-01T20:10:00Z", "es", "a las 2:10 p.m., hora del Centro (CST)."],
  ["2026-12-01T16:10:00Z", "es", "a las 10:10 a.m., hora del Centro (CST)."],
  ["2026-12-01T19:10:00Z", "en", "on Tuesday, December 1, at 1:10 PM Central (CST)."],
] as const)("the message to paste of a visit at %s says in %s: %s", (start, language, words) => {
  const toSend = { sender: "Lamna", zone: "America/Chicago", link: "https://a.example/j/x", phone: "5" };
  const message = messageToCopy(language, { ...toSend, start: new Date(start) }, new Date(start));
  expect(message.replace(/\s/g, " ")).toContain(words);
});
