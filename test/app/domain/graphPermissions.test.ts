import { expect, test } from "vitest";
import { graphPermissions } from "../../../app/domain/graphPermissions.ts";

const all = graphPermissions({ staffNames: true, attendance: true });

test.each([
  [true, false, ["OnlineMeetings.ReadWrite.All", "User.ReadBasic.All"]],
  [false, true, ["OnlineMeetings.ReadWrite.All", "OnlineMeetingArtifact.Read.All"]],
  [false, false, ["OnlineMeetings.ReadWrite.All"]],
])("what is asked for with names of staff: %s, with attendance: %s", (staffNames, attendance, values) => {
  const asked = graphPermissions({ staffNames, attendance }).map(({ value }) => value);
  expect(asked).toEqual(["openid", "profile", ...values]);
});

test.each(all.map(({ value, purpose }) => [value, purpose] as const))(
  "%s says in one sentence what it is for: %s",
  (_value, purpose) => {
    expect(purpose).toMatch(/^[A-Z][^.]+\.$/);
  },
);

test("no two permissions are the same, nor for the same thing", () => {
  for (const key of ["id", "value", "purpose"] as const)
    expect(new Set(all.map((one) => one[key])).size).toBe(all.length);
});
