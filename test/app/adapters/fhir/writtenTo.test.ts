/** A patient who has died, or whose record is not in use, is read as such in the clinician's chart, too. */
import { expect, test } from "vitest";
import { chartPatient, patientSchema } from "../../../../app/adapters/fhir/patients.ts";
import { readMembers } from "../../../../app/adapters/wire/members.ts";

const read = (members: object) =>
  chartPatient(
    readMembers(patientSchema, { resourceType: "Patient", id: "1", ...members }),
    { id: "1", replaced: [], isLinkUnreadable: false },
    new Date("2027-01-12T14:00:00Z"),
  );

test.each([
  [{ deceasedBoolean: true }, "deceased"],
  [{ deceasedDateTime: "2026-12-01" }, "deceased"],
  [{ active: false }, "inactive"],
  [{ active: true, deceasedBoolean: false }, undefined],
])("%j is %s", (members, gone) => {
  expect(read(members).gone).toBe(gone);
});

test("a number whose period is over is none", () => {
  const value = { system: "phone", use: "mobile", value: "+12025550123", period: { end: "2026-12-01" } };
  expect(read({ telecom: [value] }).textNumber).toBeUndefined();
});
