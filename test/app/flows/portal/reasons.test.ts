/** Which reasons say of whom they are, so that they are not kept. */
import { expect, test } from "vitest";
import { namesNumber, namesRecord } from "../../../../app/flows/portal/reasons.ts";

test.each<[reason: string, ids: readonly string[], isNamed: boolean]>([
  ["The patient asked", ["12345"], false],
  ["Appointment/12345", [], true],
  ["see APPOINTMENT/12345.", [], true],
  ["of patient/abc-9", [], true],
  ["Patient/family asked", [], false],
  ["Asked by the patient/relative", [], false],
  ["Asked for 4822366", ["4822366"], true],
  ["Asked for 4 822 366", ["4822366"], true],
  ["Asked for ４８２２３６６", ["4822366"], true],
  ["Asked for 4822366a", ["4822366"], true],
  ["Asked for ABC-123-d", ["abc-123-D"], true],
  ["Asked for 4822367", ["4822366"], false],
  ["Asked for 12", ["12"], true],
  ["12 was it", ["12"], true],
  ["On the 12th of May, 2012, ticket INC0012", ["12"], false],
  ["On the 12th it was 12.", ["12"], true],
  ["Asked for a_1", ["a_1"], true],
  ["Nothing of it", ["a_1", "b"], false],
])("%s, for %j: %j", (reason, ids, isNamed) => {
  expect(namesRecord(reason, ids)).toBe(isNamed);
});

test.each<[reason: string, isNamed: boolean]>([
  ["Called from (202) 555-0143", true],
  ["Called from 202.555.0143.", true],
  ["Called from +49 30 5550100", true],
  ["Called from ２０２５５５０１４３", true],
  ["Ticket INC0012025550143", false],
  ["Ticket 4822366", false],
  ["Asked on 2027-01-04 at 10:15", false],
  ["Asked on 2026-11-30 18:33", false],
  ["Asked on 2026-11-30 from 202 555 0143", true],
  ["Released on Monday", false],
])("whether %s holds a phone number: %j", (reason, isNamed) => {
  expect(namesNumber(reason)).toBe(isNamed);
});
