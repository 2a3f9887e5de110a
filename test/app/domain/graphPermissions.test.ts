import { expect, test } from "vitest";
import { graphPermissions } from "../../../app/domain/graphPermissions.ts";

const all = graphPermissions({ staffNames: true });

test.each([
  [true, ["openid", "profile", "OnlineMeetings.ReadWrite.All", "User.ReadBasic.All"]],
  [false, ["openid", "profile", "OnlineMeetings.ReadWrite.All"]],
])("what is asked for where staff are shown by name: %s", (staffNames, values) => {
  expect(graphPermissions({ staffNames }).map(({ value }) => value)).toEqual(values);
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
