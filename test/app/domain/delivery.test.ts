/** What became of a text or a mail, by the words of those who carry it. */
import { expect, test } from "vitest";
import { mailDelivery, textDelivery } from "../../../app/domain/delivery.ts";

test.each([
  ["4000", "never"],
  ["4001", "never"],
  ["4002", "never"],
  ["4003", "never"],
  ["4004", "never"],
  ["4005", "never"],
  ["4006", "retry"],
  ["4007", "opted-out"],
  ["4008", "retry"],
  ["4010", "unverified"],
  ["5000", "never"],
  ["5001", "retry"],
  ["9999", "retry"],
])("a text that failed with %s: %s", (code, meaning) => {
  expect(textDelivery("Failed", `The carrier says ${code}.`)).toEqual({ kind: "failed", meaning, code });
});

test.each([
  ["Delivered", "4007", { kind: "delivered" }],
  ["Failed", "The carrier says 5002.", { kind: "unconfirmed" }],
  ["Failed", "", { kind: "failed", meaning: "never", code: "other" }],
  ["Failed", "4999", { kind: "failed", meaning: "never", code: "other" }],
  ["Failed", "number 14007 and 40071", { kind: "failed", meaning: "never", code: "other" }],
  ["Failed", "Sender blocked for given recipient", { kind: "failed", meaning: "opted-out", code: "4007" }],
  ["Failed", "4006 sender blocked", { kind: "failed", meaning: "retry", code: "4006" }],
])("a text that is %s (%s)", (status, details, delivery) => {
  expect(textDelivery(status, details)).toEqual(delivery);
});

test.each([
  ["Delivered", { kind: "delivered" }],
  ["Expanded", undefined],
  ["OutForDelivery", undefined],
  ...["Failed", "Bounced", "Suppressed", "FilteredSpam", "Quarantined"].map(
    (status) => [status, { kind: "failed", meaning: "never", code: status.toLowerCase() }] as const,
  ),
  ["Ana Ruiz", { kind: "failed", meaning: "never", code: "other" }],
] as const)("a mail that is %s", (status, delivery) => {
  expect(mailDelivery(status)).toEqual(delivery);
});
