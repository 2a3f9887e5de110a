import { expect, test } from "vitest";
import { appointmentStatus, isUnconfirmed, standingOf } from "../../../app/domain/appointmentStatus.ts";

test.each([
  ["proposed", "not-booked"],
  ["waitlist", "not-booked"],
  ["pending", "on"],
  ["booked", "on"],
  ["arrived", "on"],
  ["checked-in", "on"],
  ["fulfilled", "on"],
  ["cancelled", "off"],
  ["entered-in-error", "off"],
  ["noshow", "missed"],
])("an appointment that is %s is %s", (text, standing) => {
  expect(appointmentStatus(text)).toBe(text);
  expect(standingOf(appointmentStatus(text))).toBe(standing);
});

test.each([undefined, "", "postponed", "toString"])("%s is no state of R4's, and the visit is on", (text) => {
  expect(appointmentStatus(text)).toBe("unknown");
  expect(standingOf(appointmentStatus(text))).toBe("on");
});

test.each([
  [" Booked ", "booked"],
  ["Canceled", "cancelled"],
  ["CANCELLED", "cancelled"],
  ["no-show", "noshow"],
  ["no show", "noshow"],
  ["checked_in", "checked-in"],
  ["checkedin", "checked-in"],
  ["entered in error", "entered-in-error"],
])("%s is %s, however it is spelled", (text, status) => {
  expect(appointmentStatus(text)).toBe(status);
});

test("only a pending appointment has still to be accepted by somebody", () => {
  const all = [
    "proposed",
    "pending",
    "waitlist",
    "booked",
    "arrived",
    "checked-in",
    "fulfilled",
    "unknown",
  ] as const;
  expect(all.filter(isUnconfirmed)).toEqual(["pending"]);
});
