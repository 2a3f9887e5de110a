import { expect, test } from "vitest";
import { graphPermissions, READ_ROLES, rolesIn } from "../../../app/domain/graphPermissions.ts";

const all = graphPermissions({ staffNames: true, attendance: true, callQuality: true });

test.each([
  [{ staffNames: true }, ["OnlineMeetings.ReadWrite.All", "User.ReadBasic.All"]],
  [{ attendance: true }, ["OnlineMeetings.ReadWrite.All", "OnlineMeetingArtifact.Read.All"]],
  [{ callQuality: true }, ["OnlineMeetings.ReadWrite.All", "CallRecords.Read.All"]],
  [{}, ["OnlineMeetings.ReadWrite.All"]],
])("what is asked for with %j", (on, values) => {
  const off = { staffNames: false, attendance: false, callQuality: false };
  const asked = graphPermissions({ ...off, ...on }).map(({ value }) => value);
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

test("a token of the registration itself holds the application permissions, and no scope of a person", () => {
  expect(rolesIn(all)).toEqual([
    "OnlineMeetings.ReadWrite.All",
    "OnlineMeetingArtifact.Read.All",
    "User.ReadBasic.All",
    "CallRecords.Read.All",
  ]);
  // Whoever signs in consents to it for themselves.
  expect([READ_ROLES.kind, rolesIn([READ_ROLES])]).toEqual(["Scope", []]);
});
