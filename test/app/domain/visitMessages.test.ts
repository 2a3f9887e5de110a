/** Messages about a visit by their names, and what is left to try after one failed. */
import { expect, test } from "vitest";
import {
  afterFailedText,
  changeNumberIn,
  nameOf,
  textNameOf,
  visitMessageNamed,
  type VisitMessage,
} from "../../../app/domain/visitMessages.ts";

const moment = new Date("2027-01-12T15:00:00Z");
test.each<[message: VisitMessage, name: string]>([
  [{ kind: "change", number: 12 }, "change-12"],
  [{ kind: "late", said: moment }, "late-2027-01-12T15:00:00.000Z"],
  [{ kind: "reminder", minutesBefore: 1_440, start: moment }, "reminder-1440-2027-01-12T15:00:00.000Z"],
])("%j is named %s, and known by it", (message, name) => {
  expect(nameOf(message)).toBe(name);
  expect(visitMessageNamed(name)).toEqual(message);
});

test.each([
  ...["", "change-", "change-x", "xchange-1", "change-1x", "change-1234567890"],
  ...["late-", "late-soon", "xlate-2027-01-12T15:00:00.000Z"],
  ...["reminder-60", "reminder-60-", "reminder-60-soon", "reminder-x-2027-01-12T15:00:00.000Z"],
  ...["reminder-1234567-2027-01-12T15:00:00.000Z", "xreminder-60-2027-01-12T15:00:00.000Z"],
])("'%s' is no message's name", (name) => {
  expect(visitMessageNamed(name)).toBeUndefined();
});

test("the second try of a text has a name of its own", () => {
  expect(["again", "any", "mail"].map((by) => textNameOf("change-1", by))).toEqual([
    "change-1-again",
    "change-1",
    "change-1",
  ]);
});

test.each([
  ["change-12", 12],
  ["change-12-again", 12],
  ["change-1234567890", undefined],
  ["xchange-1", undefined],
  ["change-1-once", undefined],
  ["reminder-60-2027-01-12T15:00:00.000Z", undefined],
])("the record %s tells the change %s", (which, number) => {
  expect(changeNumberIn(which)).toBe(number);
});

const LATE = "late-2027-01-12T15:00:00.000Z";
test.each([
  ["change-1", "retry", { what: "change-1", by: "again" }],
  ["change-1-again", "retry", { what: "change-1", by: "mail" }],
  ["change-1", "never", { what: "change-1", by: "mail" }],
  ["change-1-again", "never", { what: "change-1", by: "mail" }],
  [LATE, "retry", { what: LATE, by: "again" }],
  [LATE + "-again", "retry", undefined],
  [LATE, "never", undefined],
  ["by-hand", "retry", undefined],
] as const)("after %s failed and %s", (which, meaning, left) => {
  expect(afterFailedText(which, meaning)).toEqual(left);
});
